import { type RedisScript, redisScript } from '../redis-script.ts';

/** What the script answers an owner that is none any more. */
export const COMMIT_FENCED = -1;

/**
 * What one operation of many arguments takes at most: S, Z, X, I, R. They pass through Lua's stack, which holds 8,000
 * values, two for each.
 */
export const ARGUMENTS_MAX = 1_000;

/**
 * Writes the turns gathered on a partition, or nothing.
 *
 * KEYS[1]  the partition's lease: a hash of epoch, holder, number, node, until
 * KEYS[2…] those of the operations, in their order
 * ARGV[1]  epoch      ARGV[2] holder      ARGV[3] number of this commit
 * ARGV[4]  'start': refused when Redis has no memory left (OOM); 'progress': written all the same
 * ARGV[5]  the operations: a letter and a count each, such as S2A14R1
 * ARGV[6…] their values, in their order
 *
 *   Sn  n keys, n values:  key = value
 *   An  n keys, n values:  key = key .. value
 *   Fn  n keys, n values:  the same for the last time: the string gets no room to grow
 *   Dn  n keys:            the key goes
 *   Hn  n keys, n fields, n values: into hashes
 *   Gn  n keys, n fields:  out of hashes
 *   Zn  key; n members:    into a sorted set, with the score 0
 *   Xn  key; n members:    out of it
 *   In  leaf, middle and root of a timeline; the middle's member, the root's member, n members: into the leaf
 *   Rn  the same three; the same two, n members: out of it, with the nodes that this leaves empty
 *
 * Returns 1: written; 0: had been written before, by this holder; -1: the lease is another's, or the number does not
 * follow. All is checked before the first write; Redis undoes none.
 *
 * A script may go on beyond maxmemory once it has written: the HDEL, which may always run and finds nothing, is that
 * write (Redis 6.2 and later; a flag for it came with 7). A repeated commit is written again in its number only: WAIT,
 * which may follow, waits for what its connection has written.
 */
export const COMMIT_TURNS: RedisScript = redisScript(`
local call, slice = redis.call, unpack
local lease = call('HMGET', KEYS[1], 'epoch', 'holder', 'number')
if lease[1] ~= ARGV[1] or lease[2] ~= ARGV[2] then return -1 end
if lease[3] == ARGV[3] then
  call('HSET', KEYS[1], 'number', ARGV[3])
  return 0
end
if tonumber(lease[3]) + 1 ~= tonumber(ARGV[3]) then return -1 end

if ARGV[4] == 'progress' then call('HDEL', KEYS[1], 'none') end
call('HSET', KEYS[1], 'number', ARGV[3])

local key, arg = 2, 6
local function add(set, from, n)
  local scored = {}
  for i = 0, n - 1 do
    scored[2 * i + 1] = '0'
    scored[2 * i + 2] = ARGV[from + i]
  end
  call('ZADD', set, slice(scored, 1, 2 * n))
end
local operations = {
  S = function(n)
    local pairs = {}
    for i = 0, n - 1 do
      pairs[2 * i + 1] = KEYS[key + i]
      pairs[2 * i + 2] = ARGV[arg + i]
    end
    call('MSET', slice(pairs, 1, 2 * n))
    key, arg = key + n, arg + n
  end,
  A = function(n)
    for i = 0, n - 1 do call('APPEND', KEYS[key + i], ARGV[arg + i]) end
    key, arg = key + n, arg + n
  end,
  F = function(n)
    for i = 0, n - 1 do
      call('SET', KEYS[key + i], (call('GET', KEYS[key + i]) or '') .. ARGV[arg + i])
    end
    key, arg = key + n, arg + n
  end,
  D = function(n)
    for i = 0, n - 1 do call('DEL', KEYS[key + i]) end
    key = key + n
  end,
  H = function(n)
    for i = 0, n - 1 do call('HSET', KEYS[key + i], ARGV[arg + i], ARGV[arg + n + i]) end
    key, arg = key + n, arg + 2 * n
  end,
  G = function(n)
    for i = 0, n - 1 do call('HDEL', KEYS[key + i], ARGV[arg + i]) end
    key, arg = key + n, arg + n
  end,
  Z = function(n)
    add(KEYS[key], arg, n)
    key, arg = key + 1, arg + n
  end,
  X = function(n)
    call('ZREM', KEYS[key], slice(ARGV, arg, arg + n - 1))
    key, arg = key + 1, arg + n
  end,
  I = function(n)
    local leaf, middle, root = KEYS[key], KEYS[key + 1], KEYS[key + 2]
    if call('EXISTS', leaf) == 0 then
      if call('EXISTS', middle) == 0 then call('ZADD', root, 0, ARGV[arg + 1]) end
      call('ZADD', middle, 0, ARGV[arg])
    end
    add(leaf, arg + 2, n)
    key, arg = key + 3, arg + 2 + n
  end,
  R = function(n)
    local leaf, middle, root = KEYS[key], KEYS[key + 1], KEYS[key + 2]
    call('ZREM', leaf, slice(ARGV, arg + 2, arg + 1 + n))
    if call('EXISTS', leaf) == 0 then
      call('ZREM', middle, ARGV[arg])
      if call('EXISTS', middle) == 0 then call('ZREM', root, ARGV[arg + 1]) end
    end
    key, arg = key + 3, arg + 2 + n
  end,
}
for operation, count in string.gmatch(ARGV[5], '(%a)(%d+)') do operations[operation](tonumber(count)) end
return 1
`);
