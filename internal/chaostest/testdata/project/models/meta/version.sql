/* archwire
description: Which state of the source this is.
key: [shop_id]
tenant: shop_id
*/
select s.shop_id, c.version
from shop.shop s
cross join shop.clock c
