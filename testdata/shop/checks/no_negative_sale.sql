/* archwire
description: A sale is never negative.
*/
select sale_id from shop.sale where amount < 0
