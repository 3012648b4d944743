/* archwire
description: Items, each once.
key: [item_code]
*/
select item_code, max(label) as label, max(price) as price, count(*) as copies
from shop.item
group by item_code
