/* archwire
description: The largest sales of each shop.
key: [shop_id, place]
tenant: shop_id
*/
select shop_id, place, amount
from (
  select shop_id, amount, row_number() over (partition by shop_id order by amount desc, sale_id) as place
  from shop.sale
) ranked
where place <= 5
