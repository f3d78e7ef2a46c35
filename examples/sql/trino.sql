-- Trino, the Hive connector: new days are found by the call below (on files and on S3 alike).
CREATE TABLE hive.default.bars (
  symbol varchar,
  time timestamp,
  open double,
  high double,
  low double,
  close double,
  volume bigint,
  acc_vol bigint,
  turnover bigint,
  venue varchar,
  "date" varchar
)
WITH (
  format = 'PARQUET',
  external_location = 's3://bars/hantoo-stock-kline-1m-columns/',
  partitioned_by = ARRAY['venue', 'date']
);
CALL hive.system.sync_partition_metadata('default', 'bars', 'ADD');

SELECT "date", symbol, min(low) AS low, max(high) AS high, sum(volume) AS volume, count(*) AS minutes
FROM hive.default.bars
WHERE venue = 'KRX' AND "date" >= '2026-11-20' AND symbol = '005930'
GROUP BY "date", symbol ORDER BY "date";
