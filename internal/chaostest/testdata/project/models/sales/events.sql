/* archwire
description: Events of each kind.
key: [shop_id, kind]
tenant: shop_id
*/
select shop_id, kind, count(*) as events, max(event_id) as last_id
from shop.event
group by shop_id, kind
