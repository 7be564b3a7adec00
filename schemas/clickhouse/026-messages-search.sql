-- `search`: the text as words are looked for in it: NFC, case folded, е for ё. A word matches any part of it.
-- `search_pairs` finds words of two letters and more by their pairs of letters, row by row, and is read instead of the text. Measured with
-- 1 M messages of one portal among 3 M (80 bytes each, two cores under load; CPU time of a query of the newest 101, of 200,000 inserts):
--
-- | index | disk, bytes a row | insert | common word | rare word | two rare letters |
-- |---|---|---|---|---|---|
-- | none (scan of `search`) | 35 (`search` itself) | +0.4 s | 16 ms | 440 ms | 410 ms |
-- | ngrambf_v1(3) | +4 | +0.7 s | 16 ms | 24 ms, any other word of common letters as the scan | as the scan |
-- | text, sparseGrams(3, 10) | +190 | +4 s | 16 ms | 24 ms | as the scan |
-- | text, ngrams(3) | +81 | +1.8 s | 15 ms | 17 ms | as the scan |
-- | text, ngrams(2) | +39 | +0.7 s | 20 ms | 30 ms | 25 ms |
--
-- Pairs cost the least and are the only ones that know words of two letters. A word of nothing but frequent pairs that occurs nowhere
-- costs as much as the scan. `chat_ids` finds the messages of one chat, which lie scattered over all of the portal's time.
ALTER TABLE messages
    ADD COLUMN IF NOT EXISTS search String
        MATERIALIZED replaceAll(caseFoldUTF8(normalizeUTF8NFC(toValidUTF8(ifNull(text, '')))), 'ё', 'е') CODEC(ZSTD(1)),
    ADD INDEX IF NOT EXISTS search_pairs search TYPE text(tokenizer = ngrams(2)),
    ADD INDEX IF NOT EXISTS chat_ids chat_id TYPE bloom_filter(0.01) GRANULARITY 1
