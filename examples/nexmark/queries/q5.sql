WITH windows AS (
  SELECT auction, time_bucket(INTERVAL 2 SECONDS, dateTime) + to_seconds(2 * slide) AS ends
  FROM bid, range(1, 6) slides(slide)
),
counts AS (SELECT auction, ends, COUNT(*) AS num FROM windows GROUP BY auction, ends)
SELECT auction, num, ends - INTERVAL 1 MILLISECOND AS event_time
FROM counts
WHERE (ends, num) IN (SELECT (ends, MAX(num)) FROM counts GROUP BY ends)
