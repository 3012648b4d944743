/* archwire
descripton: Something
key: id
*/
select 1
