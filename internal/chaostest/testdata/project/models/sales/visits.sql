/* archwire
description: Visits of the shops that there are; others are nobody's.
key: [shop_id]
tenant: shop_id
*/
select v.shop_id, count(*) as visits, sum(v.minutes)::bigint as minutes, max(v.ref) as last_ref
from shop.visit v
join shop.shop s on s.shop_id = v.shop_id
group by v.shop_id
