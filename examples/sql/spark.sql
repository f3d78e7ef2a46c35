-- Spark: partitions are found when the table is made; MSCK REPAIR finds the days that came since.
CREATE TABLE bars
USING parquet
OPTIONS (path 's3a://bars/hantoo-stock-kline-1m-columns/');
MSCK REPAIR TABLE bars;

SELECT date, symbol, min(low) AS low, max(high) AS high, sum(volume) AS volume, count(*) AS minutes
FROM bars
WHERE venue = 'KRX' AND date >= '2026-11-20' AND symbol = '005930'
GROUP BY date, symbol ORDER BY date;
