/* archwire
description: Each sale, its rank within the shop and the money taken up to it.
key: [shop_id, sale_id]
tenant: shop_id
*/
select shop_id, sale_id, note, amount,
  row_number() over (partition by shop_id order by amount desc, sale_id) as place,
  (sum(amount) over (partition by shop_id order by sold_on, sale_id rows unbounded preceding))::decimal(18,2) as running
from shop.sale
