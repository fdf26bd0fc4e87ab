SELECT auction, list({'value': bidder, 'by': price} ORDER BY rank_number) AS bidders
FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY auction ORDER BY price DESC, dateTime DESC) AS rank_number FROM bid
)
WHERE rank_number <= 10
GROUP BY auction
