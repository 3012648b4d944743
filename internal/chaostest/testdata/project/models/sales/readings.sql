/* archwire
description: Readings of each shop.
key: [shop_id]
tenant: shop_id
*/
select shop_id, count(*) as readings, sum(value)::decimal(18,3) as total
from post.reading
group by shop_id
