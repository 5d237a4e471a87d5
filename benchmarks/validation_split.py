"""The validation pictures that edge-run sets aside, for programs that train beside it.

    held, kept = validation_split(classes, 5000, seed=1)

What `--validation 5000 --seed 1` of `edge-run train` and `validation: 5000` of a job do (`Dataset.stratified`): every class
has the same share, as nearly as whole pictures allow, and the order within a class depends on the seed and the class alone.
A network that was trained with some pictures would be judged by them otherwise.
"""

MASK = (1 << 64) - 1


class SeededGenerator:
    """xoshiro256++ (Blackman and Vigna, 2019), filled by SplitMix64 (Steele, Lea and Flood, 2014)."""

    def __init__(self, seed, stream):
        first, _ = split_mix(seed)
        state = first ^ (stream * 0xD1B54A32D192ED03 & MASK)
        self.words = []
        for _ in range(4):
            word, state = split_mix(state)
            self.words.append(word)

    def next(self):
        a, b, c, d = self.words
        result = (rotated((a + d) & MASK, 23) + a) & MASK
        shifted = b << 17 & MASK
        c ^= a
        d ^= b
        b ^= c
        a ^= d
        c ^= shifted
        self.words = [a, b, c, rotated(d, 45)]
        return result

    def below(self, bound):
        """An integer of 0..<bound (Lemire, 2019)."""
        product = self.next() * bound
        if product & MASK < bound:
            while product & MASK < (1 << 64) % bound:
                product = self.next() * bound
        return product >> 64


def split_mix(state):
    state = (state + 0x9E3779B97F4A7C15) & MASK
    mixed = (state ^ state >> 30) * 0xBF58476D1CE4E5B9 & MASK
    mixed = (mixed ^ mixed >> 27) * 0x94D049BB133111EB & MASK
    return mixed ^ mixed >> 31, state


def rotated(word, count):
    return (word << count | word >> (64 - count)) & MASK


def validation_split(classes, held, seed):
    """Indices of pictures set aside and of the others, each in order.

    classes: each picture's class index, 0..<number of classes, pictures in the order of their names.
    """
    members = [[] for _ in range(max(classes) + 1)]
    for index, class_index in enumerate(classes):
        members[class_index].append(index)
    for class_index, indices in enumerate(members):
        generator = SeededGenerator(seed, class_index)
        for last in range(len(indices) - 1, 0, -1):
            other = generator.below(last + 1)
            indices[last], indices[other] = indices[other], indices[last]
    # Largest remainders; of equal ones the first class comes first.
    whole = len(classes)
    counts = [len(indices) * held // whole for indices in members]
    by_remainder = sorted(range(len(members)), key=lambda c: (-(len(members[c]) * held % whole), c))
    for class_index in by_remainder[: held - sum(counts)]:
        counts[class_index] += 1
    chosen = sorted(index for indices, count in zip(members, counts) for index in indices[:count])
    taken = set(chosen)
    return chosen, [index for index in range(whole) if index not in taken]
