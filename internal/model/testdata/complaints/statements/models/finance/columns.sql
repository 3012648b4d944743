/* archwire
description: Its key and tenant are not in the result.
key: [practise_id]
tenant: tenant_id
*/
select practice_id, amount from rcm.ledger_transaction
