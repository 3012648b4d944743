/* archwire
description: Codes that a location uses and of which nobody has said what they mean.
key: [practice_id, location_id, code, kind]
tenant: practice_id
*/
select
  u.practice_id,
  u.location_id,
  u.code,
  u.txn_type as kind,
  c.label,
  case when c.code is null then 'deleted' when c.retired_on is not null then 'retired' else 'in use' end as state,
  u.first_used_on,
  u.last_used_on,
  u.transactions,
  u.amount
from codes.uses u
join codes.mapping m on m.practice_id = u.practice_id and m.location_id = u.location_id and m.code = u.code
left join rcm.transaction_code c on c.practice_id = u.practice_id and c.code = u.code
where m.category = 'unmapped'
