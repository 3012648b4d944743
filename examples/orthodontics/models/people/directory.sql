/* archwire
description: What the ids in other datasets stand for - locations, orthodontists, coordinators and the insurers a practice deals with. label names businesses and numbers people; person_name names the people.
key: [practice_id, dimension, id]
tenant: practice_id
*/
with payers as (
  select distinct practice_id, payer_id
  from rcm.claim
  union
  select distinct practice_id, payer_id
  from base.accounts
  where payer_id <> 0
)
select practice_id, 'location_id' as dimension, location_id as id, name as label, cast(null as varchar(200)) as person_name
from rcm.location
union all
select p.practice_id, 'payer_id', p.payer_id, y.name, null
from payers p
join rcm.payer y on y.payer_id = p.payer_id
union all
select practice_id, 'provider_id', provider_id, 'Orthodontist ' || cast(provider_id as varchar(20)), name
from pms.provider
union all
select practice_id, 'coordinator_id', staff_id, 'Coordinator ' || cast(staff_id as varchar(20)), name
from pms.staff
