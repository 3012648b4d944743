/* archwire
description: Patients as they are now, with the names and contacts of the person. Deleted charts and merged duplicates are left out.
key: [practice_id, patient_id]
tenant: practice_id
*/
select
  p.practice_id,
  p.patient_id,
  p.location_id,
  p.provider_id,
  p.coordinator_id,
  coalesce(s.category, 'unknown') as referral_category,
  p.age_group,
  p.status,
  p.status_since,
  p.chart_no,
  h.first_name,
  h.last_name,
  h.email,
  h.phone
from pms.patient p
join pms.person h on h.practice_id = p.practice_id and h.person_id = p.person_id
left join pms.referral_source s on s.practice_id = p.practice_id and s.referral_source_id = p.referral_source_id
where p.deleted_at is null
  and p.merged_into is null
