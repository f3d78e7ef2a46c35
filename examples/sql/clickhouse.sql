-- ClickHouse 24.8 and later: venue and date come from the names of the folders.
SELECT date, symbol, min(low) AS low, max(high) AS high, sum(volume) AS volume, count(*) AS minutes
FROM s3('https://bars.s3.ap-northeast-2.amazonaws.com/hantoo-stock-kline-1m-columns/**/bars.parquet', 'Parquet')
WHERE venue = 'KRX' AND date >= '2026-11-20' AND symbol = '005930'
GROUP BY date, symbol ORDER BY date
SETTINGS use_hive_partitioning = 1;
