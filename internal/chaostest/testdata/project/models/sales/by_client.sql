/* archwire
description: What each client bought.
key: [shop_id, client_id]
tenant: shop_id
*/
select c.shop_id, c.client_id, c.name, count(s.sale_id) as sales, sum(s.amount)::decimal(18,2) as amount
from shop.client c
left join shop.sale s on s.shop_id = c.shop_id and s.client_id = c.client_id
group by c.shop_id, c.client_id, c.name
