/* archwire
description: No sale is that large.
*/
select sale_id from shop.sale where amount > 1000000
