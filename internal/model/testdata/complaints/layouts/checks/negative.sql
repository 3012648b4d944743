/* archwire
description: A payment below zero.
*/
select practice_id from finance.collections_daily where net_amount < 0
