/* archwire
description: New-patient adds per day, location, kind of referral and age group.
key: [practice_id, created_on, location_id, referral_category, age_group]
tenant: practice_id
*/
select
  a.practice_id,
  a.created_on,
  a.location_id,
  s.category as referral_category,
  a.age_group,
  count(*) as adds
from pms.lead a
join pms.referral_source s on s.practice_id = a.practice_id and s.referral_source_id = a.referral_source_id
cross join archwire.run r
where a.has_name
  and a.has_contact
  and a.created_on <= r.as_of
group by a.practice_id, a.created_on, a.location_id, s.category, a.age_group
