-- Words come folded and parted by spaces; the tokenizer only cuts. Two and three letters are found by an index of
-- their own, because people see hits while they still type.
CREATE VIRTUAL TABLE case_words_fts USING fts5(
  customer, words, content='case_words', content_rowid='case_id',
  tokenize="unicode61 remove_diacritics 0", prefix='2 3', detail=full
);

CREATE TRIGGER case_words_added AFTER INSERT ON case_words BEGIN
  INSERT INTO case_words_fts(rowid, customer, words) VALUES (new.case_id, new.customer, new.words);
END;

CREATE TRIGGER case_words_removed AFTER DELETE ON case_words BEGIN
  INSERT INTO case_words_fts(case_words_fts, rowid, customer, words)
  VALUES ('delete', old.case_id, old.customer, old.words);
END;

CREATE TRIGGER case_words_changed AFTER UPDATE ON case_words BEGIN
  INSERT INTO case_words_fts(case_words_fts, rowid, customer, words)
  VALUES ('delete', old.case_id, old.customer, old.words);
  INSERT INTO case_words_fts(rowid, customer, words) VALUES (new.case_id, new.customer, new.words);
END;
