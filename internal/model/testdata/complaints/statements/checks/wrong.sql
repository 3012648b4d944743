/* archwire
description: Names a column that is not there.
*/
select practice_id
from finance.collections_daily
where net_amout < 0
