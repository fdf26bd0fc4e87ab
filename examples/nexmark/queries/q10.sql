SELECT auction, bidder, price, dateTime, extra,
  CAST(date_trunc('day', dateTime) AS TIMESTAMP) AS dt, date_trunc('minute', dateTime) AS hm
FROM bid
