-- DuckDB over S3. Partitions are found by the names of the folders.
INSTALL httpfs;
LOAD httpfs;
-- Of a server that is not AWS's also: ENDPOINT 'host:port', URL_STYLE 'path', USE_SSL false
CREATE SECRET (TYPE s3, KEY_ID '…', SECRET '…', REGION 'ap-northeast-2');

SELECT date, symbol, min(low) AS low, max(high) AS high, sum(volume) AS volume, count(*) AS minutes
FROM read_parquet('s3://bars/hantoo-stock-kline-1m-columns/**/*.parquet', hive_partitioning = true)
WHERE venue = 'KRX' AND date >= '2026-11-20' AND symbol = '005930'
GROUP BY ALL ORDER BY date;
