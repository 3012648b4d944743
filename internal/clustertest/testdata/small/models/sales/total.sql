/* archwire
description: Money taken in all, beside each shop.
key: [shop_id]
tenant: shop_id
*/
select s.shop_id, t.amount
from shop.shop s
cross join (select sum(amount)::decimal(18,2) as amount from shop.sale) t
