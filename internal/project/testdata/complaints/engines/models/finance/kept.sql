/* archwire
description: Money received.
key: []
materialized: table
auto_refresh: true
*/
select sum(amount) as net_amount from rcm.ledger_transaction
