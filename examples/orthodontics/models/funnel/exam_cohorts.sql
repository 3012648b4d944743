/* archwire
description: New-patient exams kept per day, location, coordinator and exam type, and how many of their patients started within 30, 90 and 180 days. A month is there for a number of days once so many have passed since its last day, and only since the practice was on the platform.
key: [practice_id, kept_on, location_id, coordinator_id, exam_type]
tenant: practice_id
*/
with followed as (
  select
    e.practice_id,
    e.exam_id,
    e.kept_on,
    e.location_id,
    e.coordinator_id,
    e.exam_type,
    r.as_of - last_day(e.kept_on)::date as days_passed,
    min(t.start_date) - e.kept_on as days_to_start
  from pms.exam e
  join rcm.practice p on p.practice_id = e.practice_id
  cross join archwire.run r
  left join base.treatments t
    on t.practice_id = e.practice_id
    and t.patient_id = e.patient_id
    and t.start_date >= e.kept_on
  where e.status = 'kept'
    and e.exam_type in ('new_child', 'new_adult')
    and e.kept_on >= p.go_live_date
    and e.kept_on <= r.as_of
  group by e.practice_id, e.exam_id, e.kept_on, e.location_id, e.coordinator_id, e.exam_type, r.as_of
)
select
  practice_id,
  kept_on,
  location_id,
  coordinator_id,
  exam_type,
  count(*) as exams_30d,
  cast(sum(case when days_to_start <= 30 then 1 else 0 end) as bigint) as started_30d,
  cast(sum(case when days_passed >= 90 then 1 else 0 end) as bigint) as exams_90d,
  cast(sum(case when days_passed >= 90 and days_to_start <= 90 then 1 else 0 end) as bigint) as started_90d,
  cast(sum(case when days_passed >= 180 then 1 else 0 end) as bigint) as exams_180d,
  cast(sum(case when days_passed >= 180 and days_to_start <= 180 then 1 else 0 end) as bigint) as started_180d
from followed
where days_passed >= 30
group by practice_id, kept_on, location_id, coordinator_id, exam_type
