/* archwire
description: Names a column that is not there.
key: [id, nothing]
tenant: nobody
*/
select id,
  amuont
from rcm.ledger_transaction
