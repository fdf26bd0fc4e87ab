SELECT b.auction, b.bidder, b.price, b.dateTime, s.value
FROM bid b
JOIN (SELECT key, 'value-' || key AS value FROM range(1000) keys(key)) s ON b.auction % 1000 = s.key
