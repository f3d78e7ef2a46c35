-- Athena: partitions are computed from the names (projection), so that a new day needs no statement.
CREATE EXTERNAL TABLE bars (
  symbol string,
  time timestamp,
  open double,
  high double,
  low double,
  close double,
  volume bigint,
  acc_vol bigint,
  turnover bigint
)
PARTITIONED BY (venue string, `date` string)
STORED AS PARQUET
LOCATION 's3://bars/hantoo-stock-kline-1m-columns/'
TBLPROPERTIES (
  'projection.enabled' = 'true',
  'projection.venue.type' = 'enum',
  'projection.venue.values' = 'KRX,NXT,UN',
  'projection.date.type' = 'date',
  'projection.date.format' = 'yyyy-MM-dd',
  'projection.date.range' = '2025-01-01,NOW',
  'storage.location.template' = 's3://bars/hantoo-stock-kline-1m-columns/venue=${venue}/date=${date}/'
);

SELECT "date", symbol, min(low) AS low, max(high) AS high, sum(volume) AS volume, count(*) AS minutes
FROM bars
WHERE venue = 'KRX' AND "date" >= '2026-11-20' AND symbol = '005930'
GROUP BY "date", symbol ORDER BY "date";
