/// What `--help` says.
enum Help {
  static let overview = """
    edge-node: classifies pictures with a compiled network, on a board without anything else installed

      edge-node classify MODEL.edge IMAGE...   pictures (JPEG, PNG; folders; - for standard input)
      edge-node bench MODEL.edge...            latency
      edge-node info                           what this machine offers
      edge-node serve                          measures for a computer that is connected (edge-run starts it)

    edge-node VERB --help lists a verb's options.
    """

  private static let common = """
      --json            results as JSON on standard output
      --threads N       threads (default: the machine's big cores)
      --isa NAME        refuse plans for another instruction set (default: auto)
      --quiet           no warnings
      --help            this text
    """

  static let classify = """
    usage: edge-node classify MODEL.edge IMAGE... [options]

      --top N           classes told for each picture (default: 5)
      --labels FILE     names of the classes, one a line (default: those in the model)
      --preprocess X    imagenet, inception, caffe, cifar10, or a file (default: the model's)
      --class-offset N  outputs before class 0 (1 where the first one is "background")
      --draw            draw pictures and scores in a terminal with 24-bit colours
      --stream mjpeg    read a camera's MJPEG from standard input until it ends
    \(common)
    """

  static let bench = """
    usage: edge-node bench MODEL.edge... [options]

      --seconds S       how long to measure each model (default: 2)
      --runs N          exactly this many runs instead
      --threads 1,2     one measurement for each number of threads
    \(common)
    """

  static let info = """
    usage: edge-node info [options]

    \(common)
    """

  static let serve = """
    usage: edge-node serve [options]

    Reads questions from standard input and writes answers to standard output until it ends: how fast are these
    networks here? edge-run starts it on a board by ssh:

      edge-run bench model.onnx --target ssh://pi@board
    \(common)
    """
}
