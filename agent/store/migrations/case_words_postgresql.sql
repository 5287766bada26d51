-- Weight A marks the customer, so that `from:` looks there alone; D is all the rest.
ALTER TABLE case_words ADD COLUMN found_by tsvector GENERATED ALWAYS AS (
  setweight(to_tsvector('simple'::regconfig, customer), 'A')
  || setweight(to_tsvector('simple'::regconfig, words), 'D')
) STORED;

CREATE INDEX ix_case_words_found_by ON case_words USING gin (found_by);
