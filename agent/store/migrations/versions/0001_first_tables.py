"""first tables"""

import sqlalchemy as sa

import agent.store.base
from agent.store.migrations import case_words
from alembic import op

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('audit_events',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('at', agent.store.base.UtcDateTime(), nullable=False),
    sa.Column('actor', sa.String(), nullable=False),
    sa.Column('action', sa.String(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=True),
    sa.Column('subject', sa.String(), nullable=False),
    sa.Column('detail', sa.JSON(), nullable=False),
    sa.Column('previous_hash', sa.String(), nullable=False),
    sa.Column('hash', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_events'))
    )
    with op.batch_alter_table('audit_events', schema=None) as batch_op:
        batch_op.create_index('ix_audit_events_action', ['action', 'id'], unique=False)
        batch_op.create_index('ix_audit_events_actor', ['actor', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_audit_events_case_id'), ['case_id'], unique=False)

    op.create_table('customers',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('email', sa.String(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('company', sa.Text(), nullable=False),
    sa.Column('tier', sa.String(), nullable=False),
    sa.Column('annual_revenue_eur', sa.Double(), nullable=True),
    sa.Column('language', sa.String(), nullable=False),
    sa.Column('owner', sa.Text(), nullable=False),
    sa.Column('segment', sa.String(), nullable=False),
    sa.Column('country', sa.String(), nullable=False),
    sa.Column('attributes', sa.JSON(), nullable=False),
    sa.Column('objections', sa.JSON(), nullable=False),
    sa.Column('since', agent.store.base.UtcDateTime(), nullable=True),
    sa.Column('created_at', agent.store.base.UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_customers')),
    sa.UniqueConstraint('email', name=op.f('uq_customers_email'))
    )
    op.create_table('documents',
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('language', sa.String(), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('category', sa.String(), nullable=False),
    sa.Column('origin', sa.Text(), nullable=False),
    sa.Column('created_at', agent.store.base.UtcDateTime(), nullable=False),
    sa.Column('updated_at', agent.store.base.UtcDateTime(), nullable=False),
    sa.Column('indexed_at', agent.store.base.UtcDateTime(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_documents'))
    )
    op.create_table('heartbeats',
    sa.Column('process', sa.String(), nullable=False),
    sa.Column('at', agent.store.base.UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('process', name=op.f('pk_heartbeats'))
    )
    op.create_table('history_imports',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('origin', sa.Text(), nullable=False),
    sa.Column('digest', sa.String(), nullable=False),
    sa.Column('mapping', sa.JSON(), nullable=False),
    sa.Column('actor', sa.String(), nullable=False),
    sa.Column('rows', sa.Integer(), nullable=False),
    sa.Column('taken', sa.Integer(), nullable=False),
    sa.Column('created_at', agent.store.base.UtcDateTime(), nullable=False),
    sa.Column('done_at', agent.store.base.UtcDateTime(), nullable=True),
    sa.Column('undone_at', agent.store.base.UtcDateTime(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_history_imports'))
    )
    with op.batch_alter_table('history_imports', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_history_imports_digest'), ['digest'], unique=False)

    op.create_table('mailboxes',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('address', sa.String(), nullable=False),
    sa.Column('imap_url', sa.String(), nullable=False),
    sa.Column('smtp_url', sa.String(), nullable=False),
    sa.Column('password_encrypted', sa.Text(), nullable=False),
    sa.Column('folder', sa.String(), nullable=False),
    sa.Column('language', sa.String(), nullable=False),
    sa.Column('brand', sa.String(), nullable=False),
    sa.Column('signatures', sa.JSON(), nullable=False),
    sa.Column('reply_language', sa.String(), nullable=False),
    sa.Column('insecure', sa.Boolean(), nullable=False),
    sa.Column('paused', sa.Boolean(), nullable=False),
    sa.Column('uidvalidity', sa.BigInteger(), nullable=True),
    sa.Column('last_uid', sa.BigInteger(), nullable=False),
    sa.Column('unfetched', sa.JSON(), nullable=False),
    sa.Column('lost_uid', sa.BigInteger(), nullable=True),
    sa.Column('lost_count', sa.Integer(), nullable=False),
    sa.Column('rescan_before', agent.store.base.UtcDateTime(), nullable=True),
    sa.Column('lease_owner', sa.String(), nullable=False),
    sa.Column('lease_until', agent.store.base.UtcDateTime(), nullable=True),
    sa.Column('last_ok_at', agent.store.base.UtcDateTime(), nullable=True),
    sa.Column('last_error', sa.Text(), nullable=False),
    sa.Column('failing_since', agent.store.base.UtcDateTime(), nullable=True),
    sa.Column('created_at', agent.store.base.UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mailboxes')),
    sa.UniqueConstraint('address', name=op.f('uq_mailboxes_address'))
    )
    op.create_table('memories',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('topic', sa.String(), nullable=False),
    sa.Column('language', sa.String(), nullable=False),
    sa.Column('before', sa.Text(), nullable=False),
    sa.Column('after', sa.Text(), nullable=False),
    sa.Column('about', sa.Text(), nullable=False),
    sa.Column('manner', sa.String(), nullable=False),
    sa.Column('tied', sa.Boolean(), nullable=False),
    sa.Column('scope', sa.String(), nullable=False),
    sa.Column('scope_key', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('settled', sa.Boolean(), nullable=False),
    sa.Column('replaced_by_id', sa.Integer(), nullable=True),
    sa.Column('created_at', agent.store.base.UtcDateTime(), nullable=False),
    sa.Column('updated_at', agent.store.base.UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_memories'))
    )
    with op.batch_alter_table('memories', schema=None) as batch_op:
        batch_op.create_index('ix_memories_use', ['language', 'state'], unique=False)

    op.create_table('model_spending',
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('calls', sa.Integer(), nullable=False),
    sa.Column('tokens_in', sa.Integer(), nullable=False),
    sa.Column('tokens_out', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('day', name=op.f('pk_model_spending'))
    )
    op.create_table('notices',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('level', sa.String(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('created_at', agent.store.base.UtcDateTime(), nullable=False),
    sa.Column('resolved_at', agent.store.base.UtcDateTime(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notices'))
    )
    with op.batch_alter_table('notices', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_notices_key'), ['key'], unique=False)

    mark = op.create_table('outbox_marks',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('handed_over', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outbox_marks'))
    )
    op.bulk_insert(mark, [{'id': 1, 'handed_over': 0}])
    op.create_table('people',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('email', sa.String(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('role', sa.String(), nullable=False),
    sa.Column('password_hash', sa.Text(), nullable=False),
    sa.Column('language', sa.String(), nullable=False),
    sa.Column('settings', sa.JSON(), nullable=False),
    sa.Column('disabled', sa.Boolean(), nullable=False),
    sa.Column('created_at', agent.store.base.UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_people')),
    sa.UniqueConstraint('email', name=op.f('uq_people_email'))
    )
    op.create_table('sign_in_attempts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('at', agent.store.base.UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sign_in_attempts'))
    )
    with op.batch_alter_table('sign_in_attempts', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_sign_in_attempts_key'), ['key'], unique=False)

    op.create_table('tags',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('folded', sa.String(), nullable=False),
    sa.Column('colour', sa.String(), nullable=False),
    sa.Column('created_at', agent.store.base.UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tags')),
    sa.UniqueConstraint('folded', name=op.f('uq_tags_folded'))
    )
    op.create_table('absences',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('away_from', agent.store.base.UtcDateTime(), nullable=False),
    sa.Column('away_until', agent.store.base.UtcDateTime(), nullable=False),
    sa.Column('deputy_id', sa.Integer(), nullable=True),
    sa.Column('set_by_id', sa.Integer(), nullable=False),
    sa.Column('moved_at', agent.store.base.UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['deputy_id'], ['people.id'], name=op.f('fk_absences_deputy_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_absences_person_id')),
    sa.ForeignKeyConstraint(['set_by_id'], ['people.id'], name=op.f('fk_absences_set_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_absences'))
    )
    with op.batch_alter_table('absences', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_absences_away_until'), ['away_until'], unique=False)
        batch_op.create_index(batch_op.f('ix_absences_person_id'), ['person_id'], unique=False)

    op.create_table('api_tokens',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('token_hash', sa.String(), nullable=False),
    sa.Column('scope', sa.String(), nullable=False),
    sa.Column('created_at', agent.store.base.UtcDateTime(), nullable=False),
    sa.Column('expires_at', agent.store.base.UtcDateTime(), nullable=True),
    sa.Column('last_used_at', agent.store.base.UtcDateTime(), nullable=True),
    sa.Column('revoked_at', agent.store.base.UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_api_tokens_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_api_tokens')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_api_tokens_token_hash'))
    )
    op.create_table('campaigns',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('steps', sa.JSON(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('runs', sa.Integer(), nullable=False),
    sa.Column('next_run_at', agent.store.base.UtcDateTime(), nullable=True),
    sa.Column('planned_up_to', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('copied_from_id', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', agent.store.base.UtcDateTime(), nullable=False),
    sa.Column('updated_at', agent.store.base.UtcDateTime(), nullable=False),
    sa.Column('started_at', agent.store.base.UtcDateTime(), nullable=True),
    sa.Column('ended_at', agent.store.base.UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_campaigns_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_campaigns'))
    )
    with op.batch_alter_table('campaigns', schema=None) as batch_op:
        batch_op.create_index('ix_campaigns_next_run_at', ['next_run_at'], unique=False, sqlite_where=sa.text('next_run_at IS NOT NULL'), postgresql_where=sa.text('next_run_at IS NOT NULL'))

    op.create_table('cases',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('mailbox_id', sa.Integer(), nullable=False),
    sa.Column('customer_id', sa.Integer(), nullable=True),
    sa.Column('customer_email', sa.String(), nullable=False),
    sa.Column('customer_name', sa.Text(), nullable=False),
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('summary', sa.Text(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('assignee_id', sa.Integer(), nullable=True),
    sa.Column('language', sa.String(), nullable=False),
    sa.Column('category', sa.String(), nullable=False),
    sa.Column('subcategory', sa.String(), nullable=False),
    sa.Column('category_confidence', sa.Double(), nullable=False),
    sa.Column('needs_review', sa.Boolean(), nullable=False),
    sa.Column('sentiment', sa.String(), nullable=False),
    sa.Column('worst_sentiment', sa.String(), nullable=False),
    sa.Column('priority', sa.String(), nullable=False),
    sa.Column('score', sa.Integer(), nullable=False),
    sa.Column('factors', sa.JSON(), nullable=False),
    sa.Column('priority_note', sa.Text(), nullable=False),
    sa.Column('words_priority', sa.String(), nullable=False),
    sa.Column('look_again_at', agent.store.base.UtcDateTime(), nullable=True),
    sa.Column('corrected', sa.JSON(), nullable=False),
    sa.Column('respond_by', agent.store.base.UtcDateTime(), nullable=True),
    sa.Column('deadline_at', agent.store.base.UtcDateTime(), nullable=True),
    sa.Column('clock_promises', sa.JSON(), nullable=False),
    sa.Column('clock_used_s', sa.Integer(), nullable=False),
    sa.Column('clock_paused_at', agent.store.base.UtcDateTime(), nullable=True),
    sa.Column('clock_rules', sa.String(), nullable=False),
    sa.Column('promised_at', agent.store.base.UtcDateTime(), nullable=True),
    sa.Column('tell_delay_at', agent.store.base.UtcDateTime(), nullable=True),
    sa.Column('draft_state', sa.String(), nullable=False),
    sa.Column('latest_in_id', sa.Integer(), nullable=True),
    sa.Column('may_belong_to_id', sa.Integer(), nullable=True),
    sa.Column('merged_into_id', sa.Integer(), nullable=True),
    sa.Column('snoozed_until', agent.store.base.UtcDateTime(), nullable=True),
    sa.Column('escalated_at', agent.store.base.UtcDateTime(), nullable=True),
    sa.Column('first_answer_at', agent.store.base.UtcDateTime(), nullable=True),
    sa.Column('answered_at', agent.store.base.UtcDateTime(), nullable=True),
    sa.Column('closed_at', agent.store.base.UtcDateTime(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', agent.store.base.UtcDateTime(), nullable=False),
    sa.Column('updated_at', agent.store.base.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['assignee_id'], ['people.id'], name=op.f('fk_cases_assignee_id')),
    sa.ForeignKeyConstraint(['customer_id'], ['customers.id'], name=op.f('fk_cases_customer_id')),
    sa.ForeignKeyConstraint(['mailbox_id'], ['mailboxes.id'], name=op.f('fk_cases_mailbox_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_cases')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('cases', schema=None) as batch_op:
        batch_op.create_index('ix_cases_assignee_id', ['assignee_id', 'created_at', 'id'], unique=False)
        batch_op.create_index('ix_cases_category', ['category', 'created_at', 'id'], unique=False)
        batch_op.create_index('ix_cases_created_at', ['created_at', 'id'], unique=False)
        batch_op.create_index('ix_cases_customer_email', ['customer_email', 'updated_at'], unique=False)
        batch_op.create_index('ix_cases_look_again_at', ['look_again_at'], unique=False, sqlite_where=sa.text('look_again_at IS NOT NULL'), postgresql_where=sa.text('look_again_at IS NOT NULL'))
        batch_op.create_index('ix_cases_respond_by', ['respond_by', 'id'], unique=False)
        batch_op.create_index('ix_cases_snoozed_until', ['snoozed_until'], unique=False, sqlite_where=sa.text('snoozed_until IS NOT NULL'), postgresql_where=sa.text('snoozed_until IS NOT NULL'))
        batch_op.create_index('ix_cases_state_respond_by', ['state', 'respond_by', 'id'], unique=False)
        batch_op.create_index('ix_cases_state_updated_at', ['state', 'updated_at', 'id'], unique=False)
        batch_op.create_index('ix_cases_tell_delay_at', ['tell_delay_at'], unique=False, sqlite_where=sa.text('tell_delay_at IS NOT NULL'), postgresql_where=sa.text('tell_delay_at IS NOT NULL'))
        batch_op.create_index('ix_cases_unfinished', ['state', 'snoozed_until', 'assignee_id', 'draft_state', 'priority', 'needs_review', 'merged_into_id'], unique=False, sqlite_where=sa.text("state IN ('open', 'waiting')"), postgresql_where=sa.text("state = 'open' OR state = 'waiting'"))
        batch_op.create_index('ix_cases_updated_at', ['updated_at', 'id'], unique=False)

    op.create_table('checklists',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('category', sa.String(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('items', sa.JSON(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('created_at', agent.store.base.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_checklists_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_checklists')),
    sa.UniqueConstraint('category', 'version', name=op.f('uq_checklists_category_version'))
    )
    op.create_table('company_settings',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('area', sa.String(), nullable=False),
    sa.Column('values', sa.JSON(), nullable=False),
    sa.Column('before', sa.JSON(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('effect', sa.JSON(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('created_at', agent.store.base.UtcDateTime(), nullable=False),
    sa.Column('undone_at', agent.store.base.UtcDateTime(), nullable=True),
    sa.Column('undone_by_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_company_settings_person_id')),
    sa.ForeignKeyConstraint(['undone_by_id'], ['people.id'], name=op.f('fk_company_settings_undone_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_company_settings'))
    )
    with op.batch_alter_table('company_settings', schema=None) as batch_op:
        batch_op.create_index('ix_company_settings_area', ['area', 'id'], unique=False)

    op.create_table('contact_ways',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('customer_id', sa.Integer(), nullable=False),
    sa.Column('channel', sa.String(), nullable=False),
    sa.Column('address', sa.Text(), nullable=False),
    sa.Column('preferred', sa.Boolean(), nullable=False),
    sa.Column('bounced_at', agent.store.base.UtcDateTime(), nullable=True),
    sa.Column('created_at', agent.store.base.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['customer_id'], ['customers.id'], name=op.f('fk_contact_ways_customer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contact_ways')),
    sa.UniqueConstraint('customer_id', 'channel', name=op.f('uq_contact_ways_customer_id_channel'))
    )
    op.create_table('customer_styles',
    sa.Column('customer_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('profile', sa.JSON(), nullable=False),
    sa.Column('created_at', agent.store.base.UtcDateTime(), nullable=False),
    sa.Column('updated_at', agent.store.base.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['customer_id'], ['customers.id'], name=op.f('fk_customer_styles_customer_id')),
    sa.PrimaryKeyConstraint('customer_id', name=op.f('pk_customer_styles'))
    )
    op.create_table('desk_changes',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('act', sa.String(), nullable=False),
    sa.Column('cases', sa.JSON(), nullable=False),
    sa.Column('left_out', sa.JSON(), nullable=False),
    sa.Column('detail', sa.JSON(), nullable=False),
    sa.Column('created_at', agent.store.base.UtcDateTime(), nullable=False),
    sa.Column('undone_at', agent.store.base.UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_desk_changes_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_desk_changes'))
    )
    with op.batch_alter_table('desk_changes', schema=None) as batch_op:
        batch_op.create_index('ix_desk_changes_person_id', ['person_id', 'id'], unique=False)

    op.create_table('erasure_requests',
    sa.Column('customer_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('asked_by_id', sa.Integer(), nullable=False),
    sa.Column('asked_at', agent.store.base.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['asked_by_id'], ['people.id'], name=op.f('fk_erasure_requests_asked_by_id')),
    sa.ForeignKeyConstraint(['customer_id'], ['customers.id'], name=op.f('fk_erasure_requests_customer_id')),
    sa.PrimaryKeyConstraint('customer_id', name=op.f('pk_erasure_requests'))
    )
    op.create_table('experiments',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('about', sa.String(), nullable=False),
    sa.Column('survey', sa.String(), nullable=False),
    sa.Column('trigger', sa.String(), nullable=False),
    sa.Column('hypothesis', sa.Text(), nullable=False),
    sa.Column('seed', sa.String(), nullable=False),
    sa.Column('holdout', sa.Double(), nullable=False),
    sa.Column('least_days', sa.Integer(), nullable=False),
    sa.Column('sample_size', sa.Integer(), nullable=False),
    sa.Column('cost_per_message_eur', sa.Double(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('adopted_id', sa.Integer(), nullable=True),
    sa.Column('decision', sa.Text(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('created_at', agent.store.base.UtcDateTime(), nullable=False),
    sa.Column('started_at', agent.store.base.UtcDateTime(), nullable=True),
    sa.Column('ended_at', agent.store.base.UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_experiments_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_experiments'))
    )
    op.create_table('feedback_events',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('customer_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('at', agent.store.base.UtcDateTime(), nullable=False),
    sa.Column('data', sa.JSON(), nullable=False),
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('dedupe_key', sa.String(), nullable=True),
    sa.Column('decided_at', agent.store.base.UtcDateTime(), nullable=True),
    sa.Column('created_at', agent.store.base.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['customer_id'], ['customers.id'], name=op.f('fk_feedback_events_customer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_feedback_events')),
    sa.UniqueConstraint('dedupe_key', name=op.f('uq_feedback_events_dedupe_key'))
    )
    with op.batch_alter_table('feedback_events', schema=None) as batch_op:
        batch_op.create_index('ix_feedback_events_customer_id_at', ['customer_id', 'at'], unique=False)
        batch_op.create_index('ix_feedback_events_work', ['id'], unique=False, sqlite_where=sa.text('decided_at IS NULL'), postgresql_where=sa.text('decided_at IS NULL'))

    op.create_table('feedback_opt_outs',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('customer_id', sa.Integer(), nullable=False),
    sa.Column('what', sa.String(), nullable=False),
    sa.Column('origin', sa.String(), nullable=False),
    sa.Column('created_at', agent.store.base.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['customer_id'], ['customers.id'], name=op.f('fk_feedback_opt_outs_customer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_feedback_opt_outs')),
    sa.UniqueConstraint('customer_id', 'what', name=op.f('uq_feedback_opt_outs_customer_id_what'))
    )
    op.create_table('improvements',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('theme', sa.String(), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('texts', sa.JSON(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('approved_by_id', sa.Integer(), nullable=True),
    sa.Column('created_at', agent.store.base.UtcDateTime(), nullable=False),
    sa.Column('sent_at', agent.store.base.UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['approved_by_id'], ['people.id'], name=op.f('fk_improvements_approved_by_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_improvements_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_improvements'))
    )
    op.create_table('incidents',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('cause', sa.Text(), nullable=False),
    sa.Column('since', agent.store.base.UtcDateTime(), nullable=False),
    sa.Column('last_at', agent.store.base.UtcDateTime(), nullable=False),
    sa.Column('told_customers', sa.Integer(), nullable=False),
    sa.Column('opened_at', agent.store.base.UtcDateTime(), nullable=False),
    sa.Column('closed_at', agent.store.base.UtcDateTime(), nullable=True),
    sa.Column('closed_by_id', sa.Integer(), nullable=True),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('known', sa.Text(), nullable=False),
    sa.Column('described_by_id', sa.Integer(), nullable=True),
    sa.Column('described_at', agent.store.base.UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['closed_by_id'], ['people.id'], name=op.f('fk_incidents_closed_by_id')),
    sa.ForeignKeyConstraint(['described_by_id'], ['people.id'], name=op.f('fk_incidents_described_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_incidents'))
    )
    with op.batch_alter_table('incidents', schema=None) as batch_op:
        batch_op.create_index('ix_incidents_open', ['last_at'], unique=False, sqlite_where=sa.text('closed_at IS NULL'), postgresql_where=sa.text('closed_at IS NULL'))

    op.create_table('memory_changes',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('memory_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('action', sa.String(), nullable=False),
    sa.Column('before', sa.JSON(), nullable=False),
    sa.Column('created_at', agent.store.base.UtcDateTime(), nullable=False),
    sa.Column('undone_at', agent.store.base.UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['memory_id'], ['memories.id'], name=op.f('fk_memory_changes_memory_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_memory_changes_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_memory_changes'))
    )
    with op.batch_alter_table('memory_changes', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_memory_changes_memory_id'), ['memory_id'], unique=False)

    op.create_table('password_links',
    sa.Column('token_hash', sa.String(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('created_at', agent.store.base.UtcDateTime(), nullable=False),
    sa.Column('expires_at', agent.store.base.UtcDateTime(), nullable=False),
    sa.Column('used_at', agent.store.base.UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_password_links_person_id')),
    sa.PrimaryKeyConstraint('token_hash', name=op.f('pk_password_links'))
    )
    with op.batch_alter_table('password_links', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_password_links_person_id'), ['person_id'], unique=False)

    op.create_table('prompt_copies',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('task', sa.String(), nullable=False),
    sa.Column('language', sa.String(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('created_at', agent.store.base.UtcDateTime(), nullable=False),
    sa.Column('changed_at', agent.store.base.UtcDateTime(), nullable=False),
    sa.Column('published_at', agent.store.base.UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_prompt_copies_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_prompt_copies')),
    sa.UniqueConstraint('task', 'language', 'version', name=op.f('uq_prompt_copies_task_language_version'))
    )
    op.create_table('raw_mails',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('mailbox_id', sa.Integer(), nullable=False),
    sa.Column('uidvalidity', sa.BigInteger(), nullable=False),
    sa.Column('uid', sa.BigInteger(), nullable=False),
    sa.Column('sha256', sa.String(), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.Column('truncated', sa.Boolean(), nullable=False),
    sa.Column('internal_date', agent.store.base.UtcDateTime(), nullable=False),
    sa.Column('fetched_at', agent.store.base.UtcDateTime(), nullable=False),
    sa.Column('flagged', sa.Boolean(), nullable=False),
    sa.Column('answerable', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['mailbox_id'], ['mailboxes.id'], name=op.f('fk_raw_mails_mailbox_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_raw_mails')),
    sa.UniqueConstraint('mailbox_id', 'sha256', name=op.f('uq_raw_mails_mailbox_id_sha256'))
    )
    with op.batch_alter_table('raw_mails', schema=None) as batch_op:
        batch_op.create_index('ix_raw_mails_place', ['mailbox_id', 'uidvalidity', 'uid'], unique=False)

    op.create_table('removed_documents',
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('content', sa.JSON(), nullable=False),
    sa.Column('removed_at', agent.store.base.UtcDateTime(), nullable=False),
    sa.Column('removed_by_id', sa.Integer(), nullable=True),
    sa.Column('unindexed_at', agent.store.base.UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['removed_by_id'], ['people.id'], name=op.f('fk_removed_documents_removed_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_removed_documents'))
    )
    op.create_table('reply_templates',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('slug', sa.String(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('texts', sa.JSON(), nullable=False),
    sa.Column('conditions', sa.JSON(), nullable=False),
    sa.Column('deleted', sa.Boolean(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('created_at', agent.store.base.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_reply_templates_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reply_templates')),
    sa.UniqueConstraint('slug', 'version', name=op.f('uq_reply_templates_slug_version'))
    )
    op.create_table('rollouts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('mailbox_id', sa.Integer(), nullable=True),
    sa.Column('category', sa.String(), nullable=False),
    sa.Column('mode', sa.String(), nullable=False),
    sa.Column('share', sa.Integer(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('created_at', agent.store.base.UtcDateTime(), nullable=False),
    sa.Column('undone_at', agent.store.base.UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['mailbox_id'], ['mailboxes.id'], name=op.f('fk_rollouts_mailbox_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_rollouts_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rollouts'))
    )
    op.create_table('saved_views',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('query', sa.Text(), nullable=False),
    sa.Column('shared', sa.Boolean(), nullable=False),
    sa.Column('created_at', agent.store.base.UtcDateTime(), nullable=False),
    sa.Column('deleted_at', agent.store.base.UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['owner_id'], ['people.id'], name=op.f('fk_saved_views_owner_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_saved_views'))
    )
    with op.batch_alter_table('saved_views', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_saved_views_owner_id'), ['owner_id'], unique=False)

    op.create_table('sign_ins',
    sa.Column('token_hash', sa.String(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('created_at', agent.store.base.UtcDateTime(), nullable=False),
    sa.Column('last_seen_at', agent.store.base.UtcDateTime(), nullable=False),
    sa.Column('expires_at', agent.store.base.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_sign_ins_person_id')),
    sa.PrimaryKeyConstraint('token_hash', name=op.f('pk_sign_ins'))
    )
    with op.batch_alter_table('sign_ins', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_sign_ins_person_id'), ['person_id'], unique=False)

    op.create_table('staged_labels',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('import_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('place', sa.Text(), nullable=False),
    sa.Column('label', sa.Text(), nullable=False),
    sa.Column('redacted_text', sa.Text(), nullable=False),
    sa.Column('vector', sa.LargeBinary(), nullable=False),
    sa.Column('shares', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['import_id'], ['history_imports.id'], name=op.f('fk_staged_labels_import_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_staged_labels')),
    sa.UniqueConstraint('import_id', 'number', name=op.f('uq_staged_labels_import_id_number'))
    )
    op.create_table('survey_links',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('survey', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('language', sa.String(), nullable=False),
    sa.Column('origins', sa.JSON(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('expires_at', agent.store.base.UtcDateTime(), nullable=True),
    sa.Column('closed_at', agent.store.base.UtcDateTime(), nullable=True),
    sa.Column('created_at', agent.store.base.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_survey_links_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_survey_links'))
    )
    op.create_table('unfinished_erasures',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('erased_at', agent.store.base.UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_unfinished_erasures'))
    )
    op.create_table('value_baselines',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('since', agent.store.base.UtcDateTime(), nullable=False),
    sa.Column('until', agent.store.base.UtcDateTime(), nullable=False),
    sa.Column('figures', sa.JSON(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('created_at', agent.store.base.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_value_baselines_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_value_baselines'))
    )
    op.create_table('webhooks',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('url', sa.Text(), nullable=False),
    sa.Column('secret_encrypted', sa.Text(), nullable=False),
    sa.Column('events', sa.JSON(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('paused_at', agent.store.base.UtcDateTime(), nullable=True),
    sa.Column('created_at', agent.store.base.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_webhooks_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_webhooks'))
    )
    op.create_table('work_profiles',
    sa.Column('person_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('languages', sa.JSON(), nullable=False),
    sa.Column('skills', sa.JSON(), nullable=False),
    sa.Column('capacity', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_work_profiles_person_id')),
    sa.PrimaryKeyConstraint('person_id', name=op.f('pk_work_profiles'))
    )
    op.create_table('at_work',
    sa.Column('case_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('person_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('doing', sa.String(), nullable=False),
    sa.Column('until', agent.store.base.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_at_work_case_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_at_work_person_id')),
    sa.PrimaryKeyConstraint('case_id', 'person_id', name=op.f('pk_at_work'))
    )
    with op.batch_alter_table('at_work', schema=None) as batch_op:
        batch_op.create_index('ix_at_work_until', ['until'], unique=False)

    op.create_table('campaign_held_back',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('campaign_id', sa.Integer(), nullable=False),
    sa.Column('run', sa.Integer(), nullable=False),
    sa.Column('customer_id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('reason', sa.JSON(), nullable=False),
    sa.Column('created_at', agent.store.base.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaigns.id'], name=op.f('fk_campaign_held_back_campaign_id')),
    sa.ForeignKeyConstraint(['customer_id'], ['customers.id'], name=op.f('fk_campaign_held_back_customer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_campaign_held_back')),
    sa.UniqueConstraint('campaign_id', 'run', 'customer_id', name=op.f('uq_campaign_held_back_campaign_id_run_customer_id'))
    )
    with op.batch_alter_table('campaign_held_back', schema=None) as batch_op:
        batch_op.create_index('ix_campaign_held_back_code', ['campaign_id', 'code'], unique=False)

    op.create_table('case_tags',
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('tag_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_case_tags_case_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['tag_id'], ['tags.id'], name=op.f('fk_case_tags_tag_id')),
    sa.PrimaryKeyConstraint('case_id', 'tag_id', name=op.f('pk_case_tags'))
    )
    with op.batch_alter_table('case_tags', schema=None) as batch_op:
        batch_op.create_index('ix_case_tags_tag_id', ['tag_id', 'case_id'], unique=False)

    op.create_table('case_words',
    sa.Column('case_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('customer', sa.Text(), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_case_words_case_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('case_id', name=op.f('pk_case_words'))
    )
    case_words.create_index(op.get_bind())
    op.create_table('escalations',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('cause', sa.String(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('asked_by_id', sa.Integer(), nullable=True),
    sa.Column('created_at', agent.store.base.UtcDateTime(), nullable=False),
    sa.Column('acknowledged_by_id', sa.Integer(), nullable=True),
    sa.Column('acknowledged_at', agent.store.base.UtcDateTime(), nullable=True),
    sa.Column('assignee_before_id', sa.Integer(), nullable=True),
    sa.Column('steps_taken', sa.Integer(), nullable=False),
    sa.Column('climb_at', agent.store.base.UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['acknowledged_by_id'], ['people.id'], name=op.f('fk_escalations_acknowledged_by_id')),
    sa.ForeignKeyConstraint(['asked_by_id'], ['people.id'], name=op.f('fk_escalations_asked_by_id')),
    sa.ForeignKeyConstraint(['assignee_before_id'], ['people.id'], name=op.f('fk_escalations_assignee_before_id')),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_escalations_case_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_escalations'))
    )
    with op.batch_alter_table('escalations', schema=None) as batch_op:
        batch_op.create_index('ix_escalations_acknowledged_at', ['acknowledged_at'], unique=False, sqlite_where=sa.text('acknowledged_at IS NOT NULL'), postgresql_where=sa.text('acknowledged_at IS NOT NULL'))
        batch_op.create_index(batch_op.f('ix_escalations_case_id'), ['case_id'], unique=False)
        batch_op.create_index('ix_escalations_climb_at', ['climb_at'], unique=False, sqlite_where=sa.text('climb_at IS NOT NULL AND acknowledged_at IS NULL'), postgresql_where=sa.text('climb_at IS NOT NULL AND acknowledged_at IS NULL'))
        batch_op.create_index('ix_escalations_waiting', ['case_id'], unique=False, sqlite_where=sa.text('acknowledged_at IS NULL'), postgresql_where=sa.text('acknowledged_at IS NULL'))

    op.create_table('experiment_variants',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('experiment_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('share', sa.Double(), nullable=False),
    sa.Column('holdout', sa.Boolean(), nullable=False),
    sa.Column('change', sa.JSON(), nullable=False),
    sa.Column('stopped_at', agent.store.base.UtcDateTime(), nullable=True),
    sa.Column('stopped_for', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['experiment_id'], ['experiments.id'], name=op.f('fk_experiment_variants_experiment_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_experiment_variants')),
    sa.UniqueConstraint('experiment_id', 'name', name=op.f('uq_experiment_variants_experiment_id_name'))
    )
    op.create_table('incident_replies',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('incident_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('press', sa.String(), nullable=False),
    sa.Column('letters', sa.JSON(), nullable=False),
    sa.Column('left_out', sa.JSON(), nullable=False),
    sa.Column('created_at', agent.store.base.UtcDateTime(), nullable=False),
    sa.Column('undone_at', agent.store.base.UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['incident_id'], ['incidents.id'], name=op.f('fk_incident_replies_incident_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_incident_replies_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_incident_replies')),
    sa.UniqueConstraint('press', name=op.f('uq_incident_replies_press'))
    )
    with op.batch_alter_table('incident_replies', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_incident_replies_incident_id'), ['incident_id'], unique=False)

    op.create_table('messages',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('raw_id', sa.Integer(), nullable=True),
    sa.Column('mailbox_id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=True),
    sa.Column('direction', sa.String(), nullable=False),
    sa.Column('step', sa.String(), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('not_before', agent.store.base.UtcDateTime(), nullable=True),
    sa.Column('lease_until', agent.store.base.UtcDateTime(), nullable=True),
    sa.Column('rung_at', agent.store.base.UtcDateTime(), nullable=True),
    sa.Column('parked', sa.Text(), nullable=False),
    sa.Column('wish', sa.Text(), nullable=False),
    sa.Column('tone', sa.JSON(), nullable=False),
    sa.Column('message_id', sa.Text(), nullable=False),
    sa.Column('in_reply_to', sa.JSON(), nullable=False),
    sa.Column('references', sa.JSON(), nullable=False),
    sa.Column('from_name', sa.Text(), nullable=False),
    sa.Column('from_email', sa.String(), nullable=False),
    sa.Column('reply_to', sa.JSON(), nullable=False),
    sa.Column('to', sa.JSON(), nullable=False),
    sa.Column('cc', sa.JSON(), nullable=False),
    sa.Column('headers', sa.JSON(), nullable=False),
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('sent_at', agent.store.base.UtcDateTime(), nullable=True),
    sa.Column('received_at', agent.store.base.UtcDateTime(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('safe_html', sa.Text(), nullable=False),
    sa.Column('new_text', sa.Text(), nullable=False),
    sa.Column('signature', sa.Text(), nullable=False),
    sa.Column('quoted', sa.Text(), nullable=False),
    sa.Column('hidden_text', sa.Text(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('kind_reason', sa.Text(), nullable=False),
    sa.Column('warnings', sa.JSON(), nullable=False),
    sa.Column('redacted_subject', sa.Text(), nullable=True),
    sa.Column('redacted_new_text', sa.Text(), nullable=True),
    sa.Column('redacted_text', sa.Text(), nullable=True),
    sa.Column('hidden_count', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_messages_case_id')),
    sa.ForeignKeyConstraint(['mailbox_id'], ['mailboxes.id'], name=op.f('fk_messages_mailbox_id')),
    sa.ForeignKeyConstraint(['raw_id'], ['raw_mails.id'], name=op.f('fk_messages_raw_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_messages')),
    sa.UniqueConstraint('raw_id', name=op.f('uq_messages_raw_id'))
    )
    with op.batch_alter_table('messages', schema=None) as batch_op:
        batch_op.create_index('ix_messages_case_id_id', ['case_id', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_messages_message_id'), ['message_id'], unique=False)
        batch_op.create_index('ix_messages_received_at', ['received_at'], unique=False)
        batch_op.create_index('ix_messages_sender', ['from_email', 'received_at'], unique=False)
        batch_op.create_index('ix_messages_work', ['not_before', 'id'], unique=False, sqlite_where=sa.text("step <> ''"), postgresql_where=sa.text("step <> ''"))

    op.create_table('notes',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('removed_text', sa.Text(), nullable=False),
    sa.Column('created_at', agent.store.base.UtcDateTime(), nullable=False),
    sa.Column('edited_at', agent.store.base.UtcDateTime(), nullable=True),
    sa.Column('deleted_at', agent.store.base.UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_notes_case_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_notes_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notes'))
    )
    with op.batch_alter_table('notes', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_notes_case_id'), ['case_id'], unique=False)

    op.create_table('placeholders',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('token', sa.String(), nullable=False),
    sa.Column('value', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_placeholders_case_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_placeholders')),
    sa.UniqueConstraint('case_id', 'token', name=op.f('uq_placeholders_case_id_token'))
    )
    op.create_table('prompt_trials',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('copy_id', sa.Integer(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('problem', sa.Text(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('created_at', agent.store.base.UtcDateTime(), nullable=False),
    sa.Column('lease_until', agent.store.base.UtcDateTime(), nullable=True),
    sa.Column('finished_at', agent.store.base.UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['copy_id'], ['prompt_copies.id'], name=op.f('fk_prompt_trials_copy_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_prompt_trials_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_prompt_trials'))
    )
    with op.batch_alter_table('prompt_trials', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_prompt_trials_copy_id'), ['copy_id'], unique=False)

    op.create_table('quarantine',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('raw_id', sa.Integer(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('created_at', agent.store.base.UtcDateTime(), nullable=False),
    sa.Column('released_at', agent.store.base.UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['raw_id'], ['raw_mails.id'], name=op.f('fk_quarantine_raw_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_quarantine')),
    sa.UniqueConstraint('raw_id', name=op.f('uq_quarantine_raw_id'))
    )
    op.create_table('refused_hand_overs',
    sa.Column('case_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('person_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('refused_by_id', sa.Integer(), nullable=False),
    sa.Column('refused_at', agent.store.base.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_refused_hand_overs_case_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_refused_hand_overs_person_id')),
    sa.ForeignKeyConstraint(['refused_by_id'], ['people.id'], name=op.f('fk_refused_hand_overs_refused_by_id')),
    sa.PrimaryKeyConstraint('case_id', 'person_id', name=op.f('pk_refused_hand_overs'))
    )
    op.create_table('source_votes',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('document_id', sa.String(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('verdict', sa.String(), nullable=False),
    sa.Column('category', sa.String(), nullable=False),
    sa.Column('created_at', agent.store.base.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_source_votes_case_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_source_votes_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_source_votes'))
    )
    with op.batch_alter_table('source_votes', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_source_votes_case_id'), ['case_id'], unique=False)
        batch_op.create_index('ix_source_votes_document', ['document_id', 'case_id'], unique=False)

    op.create_table('ticks',
    sa.Column('case_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('item', sa.String(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('at', agent.store.base.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_ticks_case_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_ticks_person_id')),
    sa.PrimaryKeyConstraint('case_id', 'item', name=op.f('pk_ticks'))
    )
    op.create_table('webhook_deliveries',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('webhook_id', sa.Integer(), nullable=False),
    sa.Column('event', sa.String(), nullable=False),
    sa.Column('event_key', sa.String(), nullable=False),
    sa.Column('payload', sa.JSON(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('not_before', agent.store.base.UtcDateTime(), nullable=False),
    sa.Column('outcome', sa.Text(), nullable=False),
    sa.Column('created_at', agent.store.base.UtcDateTime(), nullable=False),
    sa.Column('delivered_at', agent.store.base.UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['webhook_id'], ['webhooks.id'], name=op.f('fk_webhook_deliveries_webhook_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_webhook_deliveries')),
    sa.UniqueConstraint('webhook_id', 'event_key', name=op.f('uq_webhook_deliveries_webhook_id_event_key'))
    )
    with op.batch_alter_table('webhook_deliveries', schema=None) as batch_op:
        batch_op.create_index('ix_webhook_deliveries_work', ['not_before', 'id'], unique=False, sqlite_where=sa.text("state = 'waiting'"), postgresql_where=sa.text("state = 'waiting'"))

    op.create_table('attachments',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('message_id', sa.Integer(), nullable=False),
    sa.Column('filename', sa.Text(), nullable=False),
    sa.Column('content_type', sa.String(), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('content_id', sa.Text(), nullable=False),
    sa.Column('inline', sa.Boolean(), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['message_id'], ['messages.id'], name=op.f('fk_attachments_message_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attachments'))
    )
    with op.batch_alter_table('attachments', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_attachments_message_id'), ['message_id'], unique=False)

    op.create_table('corrections',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=True),
    sa.Column('message_id', sa.Integer(), nullable=True),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('field', sa.String(), nullable=False),
    sa.Column('before', sa.String(), nullable=False),
    sa.Column('after', sa.String(), nullable=False),
    sa.Column('redacted_text', sa.Text(), nullable=False),
    sa.Column('import_id', sa.Integer(), nullable=True),
    sa.Column('weight', sa.Double(), nullable=False),
    sa.Column('created_at', agent.store.base.UtcDateTime(), nullable=False),
    sa.Column('changed_at', agent.store.base.UtcDateTime(), nullable=True),
    sa.Column('undone_at', agent.store.base.UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_corrections_case_id')),
    sa.ForeignKeyConstraint(['import_id'], ['history_imports.id'], name=op.f('fk_corrections_import_id')),
    sa.ForeignKeyConstraint(['message_id'], ['messages.id'], name=op.f('fk_corrections_message_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_corrections_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_corrections'))
    )
    with op.batch_alter_table('corrections', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_corrections_case_id'), ['case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_corrections_import_id'), ['import_id'], unique=False)

    op.create_table('customer_style_mails',
    sa.Column('message_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('customer_id', sa.Integer(), nullable=False),
    sa.Column('shown', sa.JSON(), nullable=False),
    sa.Column('at', agent.store.base.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['customer_id'], ['customers.id'], name=op.f('fk_customer_style_mails_customer_id')),
    sa.ForeignKeyConstraint(['message_id'], ['messages.id'], name=op.f('fk_customer_style_mails_message_id')),
    sa.PrimaryKeyConstraint('message_id', name=op.f('pk_customer_style_mails'))
    )
    with op.batch_alter_table('customer_style_mails', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_customer_style_mails_customer_id'), ['customer_id'], unique=False)

    op.create_table('drafts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('message_id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('to', sa.JSON(), nullable=False),
    sa.Column('cc', sa.JSON(), nullable=False),
    sa.Column('redacted_text', sa.Text(), nullable=False),
    sa.Column('language', sa.String(), nullable=False),
    sa.Column('sentences', sa.JSON(), nullable=False),
    sa.Column('checks', sa.JSON(), nullable=False),
    sa.Column('warnings', sa.JSON(), nullable=False),
    sa.Column('engine', sa.String(), nullable=False),
    sa.Column('prompt', sa.String(), nullable=False),
    sa.Column('model', sa.String(), nullable=False),
    sa.Column('tokens_in', sa.Integer(), nullable=False),
    sa.Column('tokens_out', sa.Integer(), nullable=False),
    sa.Column('wish', sa.Text(), nullable=False),
    sa.Column('tone', sa.JSON(), nullable=False),
    sa.Column('made', sa.String(), nullable=False),
    sa.Column('made_from_id', sa.Integer(), nullable=True),
    sa.Column('copy_of', sa.Integer(), nullable=True),
    sa.Column('fell_back', sa.Boolean(), nullable=False),
    sa.Column('content_hash', sa.String(), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=True),
    sa.Column('created_at', agent.store.base.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['author_id'], ['people.id'], name=op.f('fk_drafts_author_id')),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_drafts_case_id')),
    sa.ForeignKeyConstraint(['message_id'], ['messages.id'], name=op.f('fk_drafts_message_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_drafts')),
    sa.UniqueConstraint('case_id', 'version', name=op.f('uq_drafts_case_id_version'))
    )
    with op.batch_alter_table('drafts', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_drafts_case_id'), ['case_id'], unique=False)

    op.create_table('escalation_notices',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('escalation_id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('step', sa.Integer(), nullable=False),
    sa.Column('role', sa.String(), nullable=False),
    sa.Column('way', sa.String(), nullable=False),
    sa.Column('target', sa.String(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('send_after', agent.store.base.UtcDateTime(), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('lease_until', agent.store.base.UtcDateTime(), nullable=True),
    sa.Column('rung_at', agent.store.base.UtcDateTime(), nullable=True),
    sa.Column('handed_over_at', agent.store.base.UtcDateTime(), nullable=True),
    sa.Column('outcome', sa.Text(), nullable=False),
    sa.Column('created_at', agent.store.base.UtcDateTime(), nullable=False),
    sa.Column('told_at', agent.store.base.UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_escalation_notices_case_id')),
    sa.ForeignKeyConstraint(['escalation_id'], ['escalations.id'], name=op.f('fk_escalation_notices_escalation_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_escalation_notices_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_escalation_notices')),
    sa.UniqueConstraint('escalation_id', 'step', 'way', 'target', name=op.f('uq_escalation_notices_escalation_id_step_way_target'))
    )
    with op.batch_alter_table('escalation_notices', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_escalation_notices_case_id'), ['case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_escalation_notices_escalation_id'), ['escalation_id'], unique=False)
        batch_op.create_index('ix_escalation_notices_work', ['send_after', 'id'], unique=False, sqlite_where=sa.text("state IN ('waiting', 'sending')"), postgresql_where=sa.text("state IN ('waiting', 'sending')"))

    op.create_table('feedback_requests',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('customer_id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=True),
    sa.Column('event_id', sa.Integer(), nullable=True),
    sa.Column('campaign_id', sa.Integer(), nullable=True),
    sa.Column('run', sa.Integer(), nullable=False),
    sa.Column('follow_up_id', sa.Integer(), nullable=True),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('cause', sa.JSON(), nullable=False),
    sa.Column('survey', sa.String(), nullable=False),
    sa.Column('form', sa.String(), nullable=False),
    sa.Column('window', sa.String(), nullable=False),
    sa.Column('importance', sa.Integer(), nullable=False),
    sa.Column('occasion_at', agent.store.base.UtcDateTime(), nullable=True),
    sa.Column('wanted_from', agent.store.base.UtcDateTime(), nullable=False),
    sa.Column('wanted_until', agent.store.base.UtcDateTime(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('look_at', agent.store.base.UtcDateTime(), nullable=True),
    sa.Column('reason', sa.JSON(), nullable=False),
    sa.Column('planned_for', agent.store.base.UtcDateTime(), nullable=True),
    sa.Column('planned_channel', sa.String(), nullable=False),
    sa.Column('style', sa.String(), nullable=False),
    sa.Column('language', sa.String(), nullable=False),
    sa.Column('chance', sa.Double(), nullable=True),
    sa.Column('chosen_by', sa.String(), nullable=False),
    sa.Column('propensity', sa.Double(), nullable=False),
    sa.Column('variant_id', sa.Integer(), nullable=True),
    sa.Column('created_at', agent.store.base.UtcDateTime(), nullable=False),
    sa.Column('closed_at', agent.store.base.UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaigns.id'], name=op.f('fk_feedback_requests_campaign_id')),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_feedback_requests_case_id')),
    sa.ForeignKeyConstraint(['customer_id'], ['customers.id'], name=op.f('fk_feedback_requests_customer_id')),
    sa.ForeignKeyConstraint(['event_id'], ['feedback_events.id'], name=op.f('fk_feedback_requests_event_id')),
    sa.ForeignKeyConstraint(['variant_id'], ['experiment_variants.id'], name=op.f('fk_feedback_requests_variant_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_feedback_requests')),
    sa.UniqueConstraint('event_id', name=op.f('uq_feedback_requests_event_id'))
    )
    with op.batch_alter_table('feedback_requests', schema=None) as batch_op:
        batch_op.create_index('ix_feedback_requests_campaign_id', ['campaign_id', 'run', 'state'], unique=False)
        batch_op.create_index(batch_op.f('ix_feedback_requests_case_id'), ['case_id'], unique=False)
        batch_op.create_index('ix_feedback_requests_customer_id', ['customer_id', 'created_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_feedback_requests_variant_id'), ['variant_id'], unique=False)
        batch_op.create_index('ix_feedback_requests_work', ['look_at', 'id'], unique=False, sqlite_where=sa.text('look_at IS NOT NULL'), postgresql_where=sa.text('look_at IS NOT NULL'))

    op.create_table('gaps',
    sa.Column('message_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('at', agent.store.base.UtcDateTime(), nullable=False),
    sa.Column('language', sa.String(), nullable=False),
    sa.Column('question', sa.Text(), nullable=False),
    sa.Column('nearest_id', sa.String(), nullable=False),
    sa.Column('nearest_score', sa.Double(), nullable=False),
    sa.Column('vector', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_gaps_case_id')),
    sa.ForeignKeyConstraint(['message_id'], ['messages.id'], name=op.f('fk_gaps_message_id')),
    sa.PrimaryKeyConstraint('message_id', name=op.f('pk_gaps'))
    )
    with op.batch_alter_table('gaps', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_gaps_at'), ['at'], unique=False)
        batch_op.create_index(batch_op.f('ix_gaps_case_id'), ['case_id'], unique=False)

    op.create_table('incident_cases',
    sa.Column('incident_id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('message_id', sa.Integer(), nullable=False),
    sa.Column('likeness', sa.Double(), nullable=False),
    sa.Column('joined_at', agent.store.base.UtcDateTime(), nullable=False),
    sa.Column('taken_out_at', agent.store.base.UtcDateTime(), nullable=True),
    sa.Column('taken_out_by_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_incident_cases_case_id')),
    sa.ForeignKeyConstraint(['incident_id'], ['incidents.id'], name=op.f('fk_incident_cases_incident_id')),
    sa.ForeignKeyConstraint(['message_id'], ['messages.id'], name=op.f('fk_incident_cases_message_id')),
    sa.ForeignKeyConstraint(['taken_out_by_id'], ['people.id'], name=op.f('fk_incident_cases_taken_out_by_id')),
    sa.PrimaryKeyConstraint('incident_id', 'case_id', name=op.f('pk_incident_cases'))
    )
    with op.batch_alter_table('incident_cases', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_incident_cases_case_id'), ['case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_incident_cases_message_id'), ['message_id'], unique=False)

    op.create_table('matches',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('message_id', sa.Integer(), nullable=False),
    sa.Column('rank', sa.Integer(), nullable=False),
    sa.Column('document_id', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('language', sa.String(), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('passage', sa.Text(), nullable=False),
    sa.Column('score', sa.Double(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['message_id'], ['messages.id'], name=op.f('fk_matches_message_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_matches')),
    sa.UniqueConstraint('message_id', 'rank', name=op.f('uq_matches_message_id_rank'))
    )
    op.create_table('mentions',
    sa.Column('note_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('person_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('created_at', agent.store.base.UtcDateTime(), nullable=False),
    sa.Column('seen_at', agent.store.base.UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['note_id'], ['notes.id'], name=op.f('fk_mentions_note_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_mentions_person_id')),
    sa.PrimaryKeyConstraint('note_id', 'person_id', name=op.f('pk_mentions'))
    )
    with op.batch_alter_table('mentions', schema=None) as batch_op:
        batch_op.create_index('ix_mentions_person_id', ['person_id', 'seen_at'], unique=False)

    op.create_table('prompt_trial_mails',
    sa.Column('trial_id', sa.Integer(), nullable=False),
    sa.Column('message_id', sa.Integer(), nullable=False),
    sa.Column('published', sa.JSON(), nullable=False),
    sa.Column('tried', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['message_id'], ['messages.id'], name=op.f('fk_prompt_trial_mails_message_id')),
    sa.ForeignKeyConstraint(['trial_id'], ['prompt_trials.id'], name=op.f('fk_prompt_trial_mails_trial_id')),
    sa.PrimaryKeyConstraint('trial_id', 'message_id', name=op.f('pk_prompt_trial_mails'))
    )
    with op.batch_alter_table('prompt_trial_mails', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_prompt_trial_mails_message_id'), ['message_id'], unique=False)

    op.create_table('signs',
    sa.Column('message_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('at', agent.store.base.UtcDateTime(), nullable=False),
    sa.Column('vector', sa.LargeBinary(), nullable=False),
    sa.Column('notions', sa.JSON(), nullable=False),
    sa.Column('codes', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_signs_case_id')),
    sa.ForeignKeyConstraint(['message_id'], ['messages.id'], name=op.f('fk_signs_message_id')),
    sa.PrimaryKeyConstraint('message_id', name=op.f('pk_signs'))
    )
    with op.batch_alter_table('signs', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_signs_at'), ['at'], unique=False)
        batch_op.create_index(batch_op.f('ix_signs_case_id'), ['case_id'], unique=False)

    op.create_table('triage_results',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('message_id', sa.Integer(), nullable=False),
    sa.Column('engine', sa.String(), nullable=False),
    sa.Column('reading', sa.JSON(), nullable=False),
    sa.Column('created_at', agent.store.base.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['message_id'], ['messages.id'], name=op.f('fk_triage_results_message_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_triage_results')),
    sa.UniqueConstraint('message_id', name=op.f('uq_triage_results_message_id'))
    )
    op.create_table('approvals',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('draft_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('content_hash', sa.String(), nullable=False),
    sa.Column('created_at', agent.store.base.UtcDateTime(), nullable=False),
    sa.Column('undone_at', agent.store.base.UtcDateTime(), nullable=True),
    sa.Column('void_reason', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['draft_id'], ['drafts.id'], name=op.f('fk_approvals_draft_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_approvals_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_approvals'))
    )
    with op.batch_alter_table('approvals', schema=None) as batch_op:
        batch_op.create_index('ix_approvals_created_at', ['created_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_approvals_draft_id'), ['draft_id'], unique=False)

    op.create_table('edits',
    sa.Column('draft_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('written_id', sa.Integer(), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('rung_at', agent.store.base.UtcDateTime(), nullable=True),
    sa.Column('learnt_at', agent.store.base.UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_edits_case_id')),
    sa.ForeignKeyConstraint(['draft_id'], ['drafts.id'], name=op.f('fk_edits_draft_id')),
    sa.ForeignKeyConstraint(['written_id'], ['drafts.id'], name=op.f('fk_edits_written_id')),
    sa.PrimaryKeyConstraint('draft_id', name=op.f('pk_edits'))
    )
    with op.batch_alter_table('edits', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_edits_case_id'), ['case_id'], unique=False)
        batch_op.create_index('ix_edits_waiting', ['rung_at'], unique=False, sqlite_where=sa.text('learnt_at IS NULL'), postgresql_where=sa.text('learnt_at IS NULL'))

    op.create_table('label_checks',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('correction_id', sa.Integer(), nullable=False),
    sa.Column('cause', sa.String(), nullable=False),
    sa.Column('label', sa.String(), nullable=False),
    sa.Column('created_at', agent.store.base.UtcDateTime(), nullable=False),
    sa.Column('outcome', sa.String(), nullable=False),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('settled_at', agent.store.base.UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['correction_id'], ['corrections.id'], name=op.f('fk_label_checks_correction_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['decided_by_id'], ['people.id'], name=op.f('fk_label_checks_decided_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_label_checks')),
    sa.UniqueConstraint('correction_id', name=op.f('uq_label_checks_correction_id'))
    )
    with op.batch_alter_table('label_checks', schema=None) as batch_op:
        batch_op.create_index('ix_label_checks_open', ['id'], unique=False, sqlite_where=sa.text("outcome = ''"), postgresql_where=sa.text("outcome = ''"))

    op.create_table('memory_sights',
    sa.Column('memory_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('draft_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('before', sa.Text(), nullable=False),
    sa.Column('after', sa.Text(), nullable=False),
    sa.Column('about', sa.Text(), nullable=False),
    sa.Column('seen_at', agent.store.base.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_memory_sights_case_id')),
    sa.ForeignKeyConstraint(['draft_id'], ['drafts.id'], name=op.f('fk_memory_sights_draft_id')),
    sa.ForeignKeyConstraint(['memory_id'], ['memories.id'], name=op.f('fk_memory_sights_memory_id')),
    sa.PrimaryKeyConstraint('memory_id', 'draft_id', name=op.f('pk_memory_sights'))
    )
    with op.batch_alter_table('memory_sights', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_memory_sights_case_id'), ['case_id'], unique=False)

    op.create_table('survey_answers',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('request_id', sa.Integer(), nullable=True),
    sa.Column('link_id', sa.Integer(), nullable=True),
    sa.Column('visitor', sa.String(), nullable=False),
    sa.Column('customer_id', sa.Integer(), nullable=True),
    sa.Column('case_id', sa.Integer(), nullable=True),
    sa.Column('survey', sa.String(), nullable=False),
    sa.Column('survey_text', sa.JSON(), nullable=False),
    sa.Column('channel', sa.String(), nullable=False),
    sa.Column('language', sa.String(), nullable=False),
    sa.Column('touchpoint', sa.String(), nullable=False),
    sa.Column('answers', sa.JSON(), nullable=False),
    sa.Column('score', sa.Double(), nullable=True),
    sa.Column('comment', sa.Text(), nullable=False),
    sa.Column('redacted_comment', sa.Text(), nullable=False),
    sa.Column('sentiment', sa.String(), nullable=False),
    sa.Column('themes', sa.JSON(), nullable=False),
    sa.Column('usefulness', sa.Double(), nullable=True),
    sa.Column('vector', sa.LargeBinary(), nullable=True),
    sa.Column('started_at', agent.store.base.UtcDateTime(), nullable=False),
    sa.Column('completed_at', agent.store.base.UtcDateTime(), nullable=True),
    sa.Column('changed_at', agent.store.base.UtcDateTime(), nullable=True),
    sa.Column('read_at', agent.store.base.UtcDateTime(), nullable=True),
    sa.Column('created_at', agent.store.base.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_survey_answers_case_id')),
    sa.ForeignKeyConstraint(['customer_id'], ['customers.id'], name=op.f('fk_survey_answers_customer_id')),
    sa.ForeignKeyConstraint(['link_id'], ['survey_links.id'], name=op.f('fk_survey_answers_link_id')),
    sa.ForeignKeyConstraint(['request_id'], ['feedback_requests.id'], name=op.f('fk_survey_answers_request_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_survey_answers')),
    sa.UniqueConstraint('request_id', name=op.f('uq_survey_answers_request_id'))
    )
    with op.batch_alter_table('survey_answers', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_survey_answers_case_id'), ['case_id'], unique=False)
        batch_op.create_index('ix_survey_answers_customer_id', ['customer_id', 'created_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_survey_answers_link_id'), ['link_id'], unique=False)
        batch_op.create_index('ix_survey_answers_survey', ['survey', 'completed_at'], unique=False)
        batch_op.create_index('ix_survey_answers_to_hide', ['id'], unique=False, sqlite_where=sa.text("comment <> '' AND redacted_comment = ''"), postgresql_where=sa.text("comment <> '' AND redacted_comment = ''"))
        batch_op.create_index('ix_survey_answers_unfinished', ['started_at'], unique=False, sqlite_where=sa.text('completed_at IS NULL'), postgresql_where=sa.text('completed_at IS NULL'))
        batch_op.create_index('ix_survey_answers_visitor', ['link_id', 'visitor'], unique=True, sqlite_where=sa.text("visitor <> ''"), postgresql_where=sa.text("visitor <> ''"))

    op.create_table('translations',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('message_id', sa.Integer(), nullable=True),
    sa.Column('draft_id', sa.Integer(), nullable=True),
    sa.Column('language', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('model', sa.String(), nullable=False),
    sa.Column('prompt', sa.String(), nullable=False),
    sa.Column('tokens_in', sa.Integer(), nullable=False),
    sa.Column('tokens_out', sa.Integer(), nullable=False),
    sa.Column('problem', sa.Text(), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('lease_until', agent.store.base.UtcDateTime(), nullable=True),
    sa.Column('rung_at', agent.store.base.UtcDateTime(), nullable=True),
    sa.Column('asked_by_id', sa.Integer(), nullable=False),
    sa.Column('created_at', agent.store.base.UtcDateTime(), nullable=False),
    sa.CheckConstraint('(message_id IS NULL) <> (draft_id IS NULL)', name='translations_of_one'),
    sa.ForeignKeyConstraint(['asked_by_id'], ['people.id'], name=op.f('fk_translations_asked_by_id')),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_translations_case_id')),
    sa.ForeignKeyConstraint(['draft_id'], ['drafts.id'], name=op.f('fk_translations_draft_id')),
    sa.ForeignKeyConstraint(['message_id'], ['messages.id'], name=op.f('fk_translations_message_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_translations')),
    sa.UniqueConstraint('draft_id', 'language', name=op.f('uq_translations_draft_id_language')),
    sa.UniqueConstraint('message_id', 'language', name=op.f('uq_translations_message_id_language'))
    )
    with op.batch_alter_table('translations', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_translations_case_id'), ['case_id'], unique=False)
        batch_op.create_index('ix_translations_work', ['id'], unique=False, sqlite_where=sa.text("state IN ('waiting', 'working')"), postgresql_where=sa.text("state IN ('waiting', 'working')"))

    op.create_table('unsent_texts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('form', sa.String(), nullable=False),
    sa.Column('draft_id', sa.Integer(), nullable=True),
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('saved_at', agent.store.base.UtcDateTime(), nullable=False),
    sa.Column('discarded_at', agent.store.base.UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_unsent_texts_case_id')),
    sa.ForeignKeyConstraint(['draft_id'], ['drafts.id'], name=op.f('fk_unsent_texts_draft_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_unsent_texts_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_unsent_texts')),
    sa.UniqueConstraint('case_id', 'person_id', 'form', name=op.f('uq_unsent_texts_case_id_person_id_form'))
    )
    op.create_table('follow_ups',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('answer_id', sa.Integer(), nullable=False),
    sa.Column('customer_id', sa.Integer(), nullable=True),
    sa.Column('case_id', sa.Integer(), nullable=True),
    sa.Column('owner_id', sa.Integer(), nullable=True),
    sa.Column('due_at', agent.store.base.UtcDateTime(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('outcome', sa.String(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('done_by_id', sa.Integer(), nullable=True),
    sa.Column('done_at', agent.store.base.UtcDateTime(), nullable=True),
    sa.Column('ask_again_at', agent.store.base.UtcDateTime(), nullable=True),
    sa.Column('asked_again_id', sa.Integer(), nullable=True),
    sa.Column('escalated_at', agent.store.base.UtcDateTime(), nullable=True),
    sa.Column('reopened_case', sa.Boolean(), nullable=False),
    sa.Column('created_at', agent.store.base.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['answer_id'], ['survey_answers.id'], name=op.f('fk_follow_ups_answer_id')),
    sa.ForeignKeyConstraint(['asked_again_id'], ['feedback_requests.id'], name=op.f('fk_follow_ups_asked_again_id')),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_follow_ups_case_id')),
    sa.ForeignKeyConstraint(['customer_id'], ['customers.id'], name=op.f('fk_follow_ups_customer_id')),
    sa.ForeignKeyConstraint(['done_by_id'], ['people.id'], name=op.f('fk_follow_ups_done_by_id')),
    sa.ForeignKeyConstraint(['owner_id'], ['people.id'], name=op.f('fk_follow_ups_owner_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_follow_ups')),
    sa.UniqueConstraint('answer_id', name=op.f('uq_follow_ups_answer_id'))
    )
    with op.batch_alter_table('follow_ups', schema=None) as batch_op:
        batch_op.create_index('ix_follow_ups_ask_again_at', ['ask_again_at'], unique=False, sqlite_where=sa.text('ask_again_at IS NOT NULL AND asked_again_id IS NULL'), postgresql_where=sa.text('ask_again_at IS NOT NULL AND asked_again_id IS NULL'))
        batch_op.create_index(batch_op.f('ix_follow_ups_case_id'), ['case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_follow_ups_customer_id'), ['customer_id'], unique=False)
        batch_op.create_index('ix_follow_ups_due_at', ['due_at'], unique=False, sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"))
        batch_op.create_index(batch_op.f('ix_follow_ups_owner_id'), ['owner_id'], unique=False)

    op.create_table('label_votes',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('check_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('category', sa.String(), nullable=False),
    sa.Column('at', agent.store.base.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['check_id'], ['label_checks.id'], name=op.f('fk_label_votes_check_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_label_votes_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_label_votes')),
    sa.UniqueConstraint('check_id', 'person_id', name=op.f('uq_label_votes_check_id_person_id'))
    )
    with op.batch_alter_table('label_votes', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_label_votes_person_id'), ['person_id'], unique=False)

    op.create_table('outbox',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=True),
    sa.Column('mailbox_id', sa.Integer(), nullable=False),
    sa.Column('draft_id', sa.Integer(), nullable=True),
    sa.Column('approval_id', sa.Integer(), nullable=True),
    sa.Column('answers_id', sa.Integer(), nullable=True),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('dedupe_key', sa.String(), nullable=False),
    sa.Column('message_id', sa.Text(), nullable=False),
    sa.Column('sender', sa.String(), nullable=False),
    sa.Column('recipients', sa.JSON(), nullable=False),
    sa.Column('cc', sa.JSON(), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.Column('content_hash', sa.String(), nullable=False),
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('send_after', agent.store.base.UtcDateTime(), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('lease_until', agent.store.base.UtcDateTime(), nullable=True),
    sa.Column('rung_at', agent.store.base.UtcDateTime(), nullable=True),
    sa.Column('handed_over_at', agent.store.base.UtcDateTime(), nullable=True),
    sa.Column('delivered_to', sa.JSON(), nullable=False),
    sa.Column('outcome', sa.Text(), nullable=False),
    sa.Column('copied_to_sent', sa.Boolean(), nullable=False),
    sa.Column('created_at', agent.store.base.UtcDateTime(), nullable=False),
    sa.Column('sent_at', agent.store.base.UtcDateTime(), nullable=True),
    sa.Column('returned_at', agent.store.base.UtcDateTime(), nullable=True),
    sa.Column('returned_to', sa.JSON(), nullable=False),
    sa.Column('returned_status', sa.String(), nullable=False),
    sa.Column('returned_words', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['answers_id'], ['messages.id'], name=op.f('fk_outbox_answers_id')),
    sa.ForeignKeyConstraint(['approval_id'], ['approvals.id'], name=op.f('fk_outbox_approval_id')),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_outbox_case_id')),
    sa.ForeignKeyConstraint(['draft_id'], ['drafts.id'], name=op.f('fk_outbox_draft_id')),
    sa.ForeignKeyConstraint(['mailbox_id'], ['mailboxes.id'], name=op.f('fk_outbox_mailbox_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outbox')),
    sa.UniqueConstraint('dedupe_key', name=op.f('uq_outbox_dedupe_key')),
    sa.UniqueConstraint('message_id', name=op.f('uq_outbox_message_id'))
    )
    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_outbox_case_id'), ['case_id'], unique=False)
        batch_op.create_index('ix_outbox_sent_at', ['sent_at'], unique=False)
        batch_op.create_index('ix_outbox_work', ['send_after', 'id'], unique=False, sqlite_where=sa.text("state <> 'cancelled' AND NOT copied_to_sent"), postgresql_where=sa.text("state <> 'cancelled' AND NOT copied_to_sent"))

    op.create_table('feedback_messages',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('request_id', sa.Integer(), nullable=False),
    sa.Column('customer_id', sa.Integer(), nullable=False),
    sa.Column('channel', sa.String(), nullable=False),
    sa.Column('outbox_id', sa.Integer(), nullable=True),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('send_after', agent.store.base.UtcDateTime(), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('lease_until', agent.store.base.UtcDateTime(), nullable=True),
    sa.Column('handed_over_at', agent.store.base.UtcDateTime(), nullable=True),
    sa.Column('outcome', sa.Text(), nullable=False),
    sa.Column('sent_at', agent.store.base.UtcDateTime(), nullable=True),
    sa.Column('delivered_at', agent.store.base.UtcDateTime(), nullable=True),
    sa.Column('bounced_at', agent.store.base.UtcDateTime(), nullable=True),
    sa.Column('opened_at', agent.store.base.UtcDateTime(), nullable=True),
    sa.Column('created_at', agent.store.base.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['customer_id'], ['customers.id'], name=op.f('fk_feedback_messages_customer_id')),
    sa.ForeignKeyConstraint(['outbox_id'], ['outbox.id'], name=op.f('fk_feedback_messages_outbox_id')),
    sa.ForeignKeyConstraint(['request_id'], ['feedback_requests.id'], name=op.f('fk_feedback_messages_request_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_feedback_messages')),
    sa.UniqueConstraint('outbox_id', name=op.f('uq_feedback_messages_outbox_id')),
    sa.UniqueConstraint('request_id', 'channel', name=op.f('uq_feedback_messages_request_id_channel'))
    )
    with op.batch_alter_table('feedback_messages', schema=None) as batch_op:
        batch_op.create_index('ix_feedback_messages_customer_id', ['customer_id', 'sent_at'], unique=False)
        batch_op.create_index('ix_feedback_messages_work', ['send_after', 'id'], unique=False, sqlite_where=sa.text("state IN ('waiting', 'sending')"), postgresql_where=sa.text("state IN ('waiting', 'sending')"))

    op.create_table('improvement_answers',
    sa.Column('improvement_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('answer_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('outbox_id', sa.Integer(), nullable=True),
    sa.Column('told_at', agent.store.base.UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['answer_id'], ['survey_answers.id'], name=op.f('fk_improvement_answers_answer_id')),
    sa.ForeignKeyConstraint(['improvement_id'], ['improvements.id'], name=op.f('fk_improvement_answers_improvement_id')),
    sa.ForeignKeyConstraint(['outbox_id'], ['outbox.id'], name=op.f('fk_improvement_answers_outbox_id')),
    sa.PrimaryKeyConstraint('improvement_id', 'answer_id', name=op.f('pk_improvement_answers'))
    )
    op.create_table('outgoing_files',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('outbox_id', sa.Integer(), nullable=True),
    sa.Column('filename', sa.Text(), nullable=False),
    sa.Column('content_type', sa.String(), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('sha256', sa.String(), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.Column('added_at', agent.store.base.UtcDateTime(), nullable=False),
    sa.Column('removed_at', agent.store.base.UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_outgoing_files_case_id')),
    sa.ForeignKeyConstraint(['outbox_id'], ['outbox.id'], name=op.f('fk_outgoing_files_outbox_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_outgoing_files_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outgoing_files'))
    )
    with op.batch_alter_table('outgoing_files', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_outgoing_files_case_id'), ['case_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('outgoing_files', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_outgoing_files_case_id'))

    op.drop_table('outgoing_files')
    op.drop_table('improvement_answers')
    with op.batch_alter_table('feedback_messages', schema=None) as batch_op:
        batch_op.drop_index('ix_feedback_messages_work', sqlite_where=sa.text("state IN ('waiting', 'sending')"), postgresql_where=sa.text("state IN ('waiting', 'sending')"))
        batch_op.drop_index('ix_feedback_messages_customer_id')

    op.drop_table('feedback_messages')
    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.drop_index('ix_outbox_work', sqlite_where=sa.text("state <> 'cancelled' AND NOT copied_to_sent"), postgresql_where=sa.text("state <> 'cancelled' AND NOT copied_to_sent"))
        batch_op.drop_index('ix_outbox_sent_at')
        batch_op.drop_index(batch_op.f('ix_outbox_case_id'))

    op.drop_table('outbox')
    with op.batch_alter_table('label_votes', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_label_votes_person_id'))

    op.drop_table('label_votes')
    with op.batch_alter_table('follow_ups', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_follow_ups_owner_id'))
        batch_op.drop_index('ix_follow_ups_due_at', sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"))
        batch_op.drop_index(batch_op.f('ix_follow_ups_customer_id'))
        batch_op.drop_index(batch_op.f('ix_follow_ups_case_id'))
        batch_op.drop_index('ix_follow_ups_ask_again_at', sqlite_where=sa.text('ask_again_at IS NOT NULL AND asked_again_id IS NULL'), postgresql_where=sa.text('ask_again_at IS NOT NULL AND asked_again_id IS NULL'))

    op.drop_table('follow_ups')
    op.drop_table('unsent_texts')
    with op.batch_alter_table('translations', schema=None) as batch_op:
        batch_op.drop_index('ix_translations_work', sqlite_where=sa.text("state IN ('waiting', 'working')"), postgresql_where=sa.text("state IN ('waiting', 'working')"))
        batch_op.drop_index(batch_op.f('ix_translations_case_id'))

    op.drop_table('translations')
    with op.batch_alter_table('survey_answers', schema=None) as batch_op:
        batch_op.drop_index('ix_survey_answers_visitor', sqlite_where=sa.text("visitor <> ''"), postgresql_where=sa.text("visitor <> ''"))
        batch_op.drop_index('ix_survey_answers_unfinished', sqlite_where=sa.text('completed_at IS NULL'), postgresql_where=sa.text('completed_at IS NULL'))
        batch_op.drop_index('ix_survey_answers_to_hide', sqlite_where=sa.text("comment <> '' AND redacted_comment = ''"), postgresql_where=sa.text("comment <> '' AND redacted_comment = ''"))
        batch_op.drop_index('ix_survey_answers_survey')
        batch_op.drop_index(batch_op.f('ix_survey_answers_link_id'))
        batch_op.drop_index('ix_survey_answers_customer_id')
        batch_op.drop_index(batch_op.f('ix_survey_answers_case_id'))

    op.drop_table('survey_answers')
    with op.batch_alter_table('memory_sights', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_memory_sights_case_id'))

    op.drop_table('memory_sights')
    with op.batch_alter_table('label_checks', schema=None) as batch_op:
        batch_op.drop_index('ix_label_checks_open', sqlite_where=sa.text("outcome = ''"), postgresql_where=sa.text("outcome = ''"))

    op.drop_table('label_checks')
    with op.batch_alter_table('edits', schema=None) as batch_op:
        batch_op.drop_index('ix_edits_waiting', sqlite_where=sa.text('learnt_at IS NULL'), postgresql_where=sa.text('learnt_at IS NULL'))
        batch_op.drop_index(batch_op.f('ix_edits_case_id'))

    op.drop_table('edits')
    with op.batch_alter_table('approvals', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_approvals_draft_id'))
        batch_op.drop_index('ix_approvals_created_at')

    op.drop_table('approvals')
    op.drop_table('triage_results')
    with op.batch_alter_table('signs', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_signs_case_id'))
        batch_op.drop_index(batch_op.f('ix_signs_at'))

    op.drop_table('signs')
    with op.batch_alter_table('prompt_trial_mails', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_prompt_trial_mails_message_id'))

    op.drop_table('prompt_trial_mails')
    with op.batch_alter_table('mentions', schema=None) as batch_op:
        batch_op.drop_index('ix_mentions_person_id')

    op.drop_table('mentions')
    op.drop_table('matches')
    with op.batch_alter_table('incident_cases', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_incident_cases_message_id'))
        batch_op.drop_index(batch_op.f('ix_incident_cases_case_id'))

    op.drop_table('incident_cases')
    with op.batch_alter_table('gaps', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_gaps_case_id'))
        batch_op.drop_index(batch_op.f('ix_gaps_at'))

    op.drop_table('gaps')
    with op.batch_alter_table('feedback_requests', schema=None) as batch_op:
        batch_op.drop_index('ix_feedback_requests_work', sqlite_where=sa.text('look_at IS NOT NULL'), postgresql_where=sa.text('look_at IS NOT NULL'))
        batch_op.drop_index(batch_op.f('ix_feedback_requests_variant_id'))
        batch_op.drop_index('ix_feedback_requests_customer_id')
        batch_op.drop_index(batch_op.f('ix_feedback_requests_case_id'))
        batch_op.drop_index('ix_feedback_requests_campaign_id')

    op.drop_table('feedback_requests')
    with op.batch_alter_table('escalation_notices', schema=None) as batch_op:
        batch_op.drop_index('ix_escalation_notices_work', sqlite_where=sa.text("state IN ('waiting', 'sending')"), postgresql_where=sa.text("state IN ('waiting', 'sending')"))
        batch_op.drop_index(batch_op.f('ix_escalation_notices_escalation_id'))
        batch_op.drop_index(batch_op.f('ix_escalation_notices_case_id'))

    op.drop_table('escalation_notices')
    with op.batch_alter_table('drafts', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_drafts_case_id'))

    op.drop_table('drafts')
    with op.batch_alter_table('customer_style_mails', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_customer_style_mails_customer_id'))

    op.drop_table('customer_style_mails')
    with op.batch_alter_table('corrections', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_corrections_import_id'))
        batch_op.drop_index(batch_op.f('ix_corrections_case_id'))

    op.drop_table('corrections')
    with op.batch_alter_table('attachments', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_attachments_message_id'))

    op.drop_table('attachments')
    with op.batch_alter_table('webhook_deliveries', schema=None) as batch_op:
        batch_op.drop_index('ix_webhook_deliveries_work', sqlite_where=sa.text("state = 'waiting'"), postgresql_where=sa.text("state = 'waiting'"))

    op.drop_table('webhook_deliveries')
    op.drop_table('ticks')
    with op.batch_alter_table('source_votes', schema=None) as batch_op:
        batch_op.drop_index('ix_source_votes_document')
        batch_op.drop_index(batch_op.f('ix_source_votes_case_id'))

    op.drop_table('source_votes')
    op.drop_table('refused_hand_overs')
    op.drop_table('quarantine')
    with op.batch_alter_table('prompt_trials', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_prompt_trials_copy_id'))

    op.drop_table('prompt_trials')
    op.drop_table('placeholders')
    with op.batch_alter_table('notes', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_notes_case_id'))

    op.drop_table('notes')
    with op.batch_alter_table('messages', schema=None) as batch_op:
        batch_op.drop_index('ix_messages_work', sqlite_where=sa.text("step <> ''"), postgresql_where=sa.text("step <> ''"))
        batch_op.drop_index('ix_messages_sender')
        batch_op.drop_index('ix_messages_received_at')
        batch_op.drop_index(batch_op.f('ix_messages_message_id'))
        batch_op.drop_index('ix_messages_case_id_id')

    op.drop_table('messages')
    with op.batch_alter_table('incident_replies', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_incident_replies_incident_id'))

    op.drop_table('incident_replies')
    op.drop_table('experiment_variants')
    with op.batch_alter_table('escalations', schema=None) as batch_op:
        batch_op.drop_index('ix_escalations_waiting', sqlite_where=sa.text('acknowledged_at IS NULL'), postgresql_where=sa.text('acknowledged_at IS NULL'))
        batch_op.drop_index('ix_escalations_climb_at', sqlite_where=sa.text('climb_at IS NOT NULL AND acknowledged_at IS NULL'), postgresql_where=sa.text('climb_at IS NOT NULL AND acknowledged_at IS NULL'))
        batch_op.drop_index(batch_op.f('ix_escalations_case_id'))
        batch_op.drop_index('ix_escalations_acknowledged_at', sqlite_where=sa.text('acknowledged_at IS NOT NULL'), postgresql_where=sa.text('acknowledged_at IS NOT NULL'))

    op.drop_table('escalations')
    case_words.drop_index(op.get_bind())
    op.drop_table('case_words')
    with op.batch_alter_table('case_tags', schema=None) as batch_op:
        batch_op.drop_index('ix_case_tags_tag_id')

    op.drop_table('case_tags')
    with op.batch_alter_table('campaign_held_back', schema=None) as batch_op:
        batch_op.drop_index('ix_campaign_held_back_code')

    op.drop_table('campaign_held_back')
    with op.batch_alter_table('at_work', schema=None) as batch_op:
        batch_op.drop_index('ix_at_work_until')

    op.drop_table('at_work')
    op.drop_table('work_profiles')
    op.drop_table('webhooks')
    op.drop_table('value_baselines')
    op.drop_table('unfinished_erasures')
    op.drop_table('survey_links')
    op.drop_table('staged_labels')
    with op.batch_alter_table('sign_ins', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_sign_ins_person_id'))

    op.drop_table('sign_ins')
    with op.batch_alter_table('saved_views', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_saved_views_owner_id'))

    op.drop_table('saved_views')
    op.drop_table('rollouts')
    op.drop_table('reply_templates')
    op.drop_table('removed_documents')
    with op.batch_alter_table('raw_mails', schema=None) as batch_op:
        batch_op.drop_index('ix_raw_mails_place')

    op.drop_table('raw_mails')
    op.drop_table('prompt_copies')
    with op.batch_alter_table('password_links', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_password_links_person_id'))

    op.drop_table('password_links')
    with op.batch_alter_table('memory_changes', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_memory_changes_memory_id'))

    op.drop_table('memory_changes')
    with op.batch_alter_table('incidents', schema=None) as batch_op:
        batch_op.drop_index('ix_incidents_open', sqlite_where=sa.text('closed_at IS NULL'), postgresql_where=sa.text('closed_at IS NULL'))

    op.drop_table('incidents')
    op.drop_table('improvements')
    op.drop_table('feedback_opt_outs')
    with op.batch_alter_table('feedback_events', schema=None) as batch_op:
        batch_op.drop_index('ix_feedback_events_work', sqlite_where=sa.text('decided_at IS NULL'), postgresql_where=sa.text('decided_at IS NULL'))
        batch_op.drop_index('ix_feedback_events_customer_id_at')

    op.drop_table('feedback_events')
    op.drop_table('experiments')
    op.drop_table('erasure_requests')
    with op.batch_alter_table('desk_changes', schema=None) as batch_op:
        batch_op.drop_index('ix_desk_changes_person_id')

    op.drop_table('desk_changes')
    op.drop_table('customer_styles')
    op.drop_table('contact_ways')
    with op.batch_alter_table('company_settings', schema=None) as batch_op:
        batch_op.drop_index('ix_company_settings_area')

    op.drop_table('company_settings')
    op.drop_table('checklists')
    with op.batch_alter_table('cases', schema=None) as batch_op:
        batch_op.drop_index('ix_cases_updated_at')
        batch_op.drop_index('ix_cases_unfinished', sqlite_where=sa.text("state IN ('open', 'waiting')"), postgresql_where=sa.text("state = 'open' OR state = 'waiting'"))
        batch_op.drop_index('ix_cases_tell_delay_at', sqlite_where=sa.text('tell_delay_at IS NOT NULL'), postgresql_where=sa.text('tell_delay_at IS NOT NULL'))
        batch_op.drop_index('ix_cases_state_updated_at')
        batch_op.drop_index('ix_cases_state_respond_by')
        batch_op.drop_index('ix_cases_snoozed_until', sqlite_where=sa.text('snoozed_until IS NOT NULL'), postgresql_where=sa.text('snoozed_until IS NOT NULL'))
        batch_op.drop_index('ix_cases_respond_by')
        batch_op.drop_index('ix_cases_look_again_at', sqlite_where=sa.text('look_again_at IS NOT NULL'), postgresql_where=sa.text('look_again_at IS NOT NULL'))
        batch_op.drop_index('ix_cases_customer_email')
        batch_op.drop_index('ix_cases_created_at')
        batch_op.drop_index('ix_cases_category')
        batch_op.drop_index('ix_cases_assignee_id')

    op.drop_table('cases')
    with op.batch_alter_table('campaigns', schema=None) as batch_op:
        batch_op.drop_index('ix_campaigns_next_run_at', sqlite_where=sa.text('next_run_at IS NOT NULL'), postgresql_where=sa.text('next_run_at IS NOT NULL'))

    op.drop_table('campaigns')
    op.drop_table('api_tokens')
    with op.batch_alter_table('absences', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_absences_person_id'))
        batch_op.drop_index(batch_op.f('ix_absences_away_until'))

    op.drop_table('absences')
    op.drop_table('tags')
    with op.batch_alter_table('sign_in_attempts', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_sign_in_attempts_key'))

    op.drop_table('sign_in_attempts')
    op.drop_table('people')
    op.drop_table('outbox_marks')
    with op.batch_alter_table('notices', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_notices_key'))

    op.drop_table('notices')
    op.drop_table('model_spending')
    with op.batch_alter_table('memories', schema=None) as batch_op:
        batch_op.drop_index('ix_memories_use')

    op.drop_table('memories')
    op.drop_table('mailboxes')
    with op.batch_alter_table('history_imports', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_history_imports_digest'))

    op.drop_table('history_imports')
    op.drop_table('heartbeats')
    op.drop_table('documents')
    op.drop_table('customers')
    with op.batch_alter_table('audit_events', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_audit_events_case_id'))
        batch_op.drop_index('ix_audit_events_actor')
        batch_op.drop_index('ix_audit_events_action')

    op.drop_table('audit_events')
