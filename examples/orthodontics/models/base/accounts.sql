/* archwire
description: What one payer owes under a contract, with the dimensions that receivables are cut by. The location is that of the contract version in force. payer_id is 0 when the payer is not an insurer.
key: [practice_id, account_id]
tenant: practice_id
*/
select
  a.practice_id,
  a.account_id,
  a.contract_id,
  a.patient_id,
  c.treatment_id,
  c.location_id,
  c.provider_id,
  a.payer_kind,
  coalesce(a.payer_id, 0) as payer_id,
  a.share_amount,
  a.opened_on,
  a.closed_on
from rcm.contract_account a
join rcm.contract c on c.practice_id = a.practice_id and c.contract_id = a.contract_id
