WITH sales AS (
  SELECT a.id, a.seller, a.expires, MAX(b.price) AS final
  FROM auction a
  JOIN bid b ON a.id = b.auction AND b.dateTime BETWEEN a.dateTime AND a.expires
  GROUP BY a.id, a.seller, a.expires
)
SELECT seller, AVG(final) OVER last_ten AS avg_price, expires AS event_time
FROM sales
WINDOW last_ten AS (PARTITION BY seller ORDER BY expires ROWS BETWEEN 9 PRECEDING AND CURRENT ROW)
-- A pattern of ten sales has no match before the tenth.
QUALIFY COUNT(*) OVER last_ten = 10
