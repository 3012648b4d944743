/* archwire
description: What each shop takes, beside what all take.
key: [shop_id]
tenant: shop_id
*/
select a.shop_id, a.amount, t.amount as total
from (select shop_id, sum(amount)::decimal(18,2) as amount from shop.sale group by shop_id) a
cross join (select sum(amount)::decimal(18,2) as amount from shop.sale) t
