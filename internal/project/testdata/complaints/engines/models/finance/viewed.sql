/* archwire
description: Money received.
key: []
materialized: yes
auto_refresh: often
*/
select sum(amount) as net_amount from rcm.ledger_transaction
