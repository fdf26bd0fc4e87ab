SELECT a.id, a.itemName, a.initialBid, a.expires, a.seller, a.category,
  b.price, b.bidder, b.dateTime AS bid_dateTime, b.extra AS bid_extra
FROM auction a
JOIN bid b ON a.id = b.auction AND b.dateTime BETWEEN a.dateTime AND a.expires
QUALIFY ROW_NUMBER() OVER (PARTITION BY a.id ORDER BY b.price DESC, b.dateTime) = 1
