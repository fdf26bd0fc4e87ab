SELECT b.auction, b.price, b.bidder, b.dateTime, b.extra
FROM bid b
JOIN (
  SELECT MAX(price) AS maxprice, time_bucket(INTERVAL 10 SECONDS, dateTime) AS starts
  FROM bid
  GROUP BY starts
) m ON b.price = m.maxprice AND time_bucket(INTERVAL 10 SECONDS, b.dateTime) = m.starts
