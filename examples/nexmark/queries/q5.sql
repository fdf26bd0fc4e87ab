WITH windows AS (
  SELECT auction, time_bucket(INTERVAL 2 SECONDS, dateTime) + to_seconds(2 * slide) AS endtime
  FROM bid, range(1, 6) slides(slide)
),
counts AS (SELECT auction, endtime, COUNT(*) AS num FROM windows GROUP BY auction, endtime)
SELECT auction, num, endtime - INTERVAL 10 SECONDS AS starttime, endtime
FROM counts
WHERE (endtime, num) IN (SELECT (endtime, MAX(num)) FROM counts GROUP BY endtime)
