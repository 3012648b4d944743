/* archwire
description: Money taken per shop and day.
key: [shop_id, sold_on]
tenant: shop_id
*/
select shop_id, sold_on, sum(amount)::decimal(18,2) as amount, count(*) as sales
from shop.sale
group by shop_id, sold_on
