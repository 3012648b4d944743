/* archwire
description: The last thirty days of each shop, up to the business date.
key: [shop_id]
tenant: shop_id
*/
select s.shop_id, count(*) as sales, sum(s.amount)::decimal(18,2) as amount
from shop.sale s
cross join archwire.run r
where r.as_of::date - s.sold_on::date < 30
group by s.shop_id
