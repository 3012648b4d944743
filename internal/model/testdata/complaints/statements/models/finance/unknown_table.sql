/* archwire
description: Names what is not there.
key: []
*/

select *
from rcm.practice p
join rcm.ledger_transactions t on true
join finance.collection_daily d on true
