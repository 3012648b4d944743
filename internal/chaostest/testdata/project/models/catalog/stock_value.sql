/* archwire
description: What is in stock, and what it is worth.
key: [shop_id, item_code]
tenant: shop_id
*/
select s.shop_id, s.item_code, s.qty, i.label, i.copies, (s.qty * i.price)::decimal(18,2) as value
from shop.stock s
left join catalog.item i on i.item_code = s.item_code
