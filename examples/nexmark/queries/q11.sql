WITH marked AS (
  SELECT bidder, dateTime,
    COALESCE(dateTime - LAG(dateTime) OVER bids > INTERVAL 10 SECONDS, true) AS begins
  FROM bid
  WINDOW bids AS (PARTITION BY bidder ORDER BY dateTime)
),
numbered AS (
  SELECT bidder, dateTime, SUM(CAST(begins AS INTEGER)) OVER (PARTITION BY bidder ORDER BY dateTime) AS nth FROM marked
)
SELECT bidder, COUNT(*) AS bid_count, MIN(dateTime) AS window_start, MAX(dateTime) + INTERVAL 10 SECONDS AS window_end
FROM numbered
GROUP BY bidder, nth
