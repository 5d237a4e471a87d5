import AAPPolicy
import ArgumentParser
import Campaign
import Datasets
import Foundation
import Graph
import Imaging
import ONNX
import Pruning
import Report
import Runtime
import Training

/// `prune`: makes a network smaller until what the target measures is within bounds.
struct PruneVerb: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prune", abstract: "Makes a network smaller until it is as fast as asked, measured on the target.",
    discussion: """
      JOB is a YAML file:

        model: resnet20.onnx
        data: cifar10/train.tar
        validation: 5000
        objective: latency-p50      # what is made small
        bounds:
          accuracy-loss: 0.5        # points; others: latency-p50: 12 (ms), or 50% of the unpruned network's
        budget: 2h

      --keys lists all keys. Rounds cut channels for real, train, judge and measure; every one is recorded before the \
      next begins. Ctrl-C or a crash loses nothing: the same command with --resume goes on with the round that it was in. \
      The folder of results has every network that was kept (.onnx and .edge), front.json, and report.html.

      Examples:
        edge-run prune job.yaml -o pruned/
        edge-run prune job.yaml -o pruned/ --resume
        edge-run prune --keys
      """)

  @Argument(help: "The job file.") var job: String?
  @Option(name: .shortAndLong, help: "The folder of results (default: the job's name without its extension).")
  var output: String?
  @Flag(help: "Go on with the campaign in the folder.") var resume = false
  @Flag(help: "Replace a campaign in the folder.") var force = false
  @Flag(help: "List the keys of a job file with their defaults.") var keys = false
  @Flag(help: "List the importance criteria.") var criteria = false
  @OptionGroup var common: CommonOptions

  func run() throws {
    try reporting {
      if keys { return listKeys() }
      if criteria { return ImportanceCriteria.names.forEach(Terminal.out) }
      try common.requireBestInstructionSet(verb: "prune")
      guard let job else { throw Failure.usage("prune: name a job file; --help shows one") }
      let (settings, text) = try read(job)
      if output?.isEmpty ?? false { throw Failure.usage("prune: -o names the folder of results, not ''") }
      let folder = CampaignFolder(output ?? (job as NSString).deletingPathExtension)
      let target = try CampaignTarget.open(
        settings, program: Bundle.main.executablePath ?? CommandLine.arguments[0],
        isStopped: { Interruption.isRequested })
      let display = CampaignDisplay(folder: folder, json: common.json, quiet: common.quiet)
      do {
        var campaign = try Campaign(
          settings, folder: folder, target: target, surroundings(settings, text, display),
          resume ? .resumed : force ? .anew : .new)
        try display.finish(campaign.run())
      } catch is CancellationError {
        throw Failure(message: "prune: interrupted; the same command with --resume goes on in \(folder.path)", code: 75)
      } catch DatasetError.interrupted {
        throw Failure(message: "prune: interrupted; the same command with --resume goes on in \(folder.path)", code: 75)
      }
    }
  }

  private func read(_ path: String) throws -> (PruneJob, String) {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw Failure.missing("\(path): cannot be read")
    }
    guard let text = String(data: data.prefix(PruneJob.maximumBytes + 1), encoding: .utf8) else {
      throw Failure.data("\(path): not a text file in UTF-8")
    }
    return (try PruneJob(yaml: text, path: path), text)
  }

  private func surroundings(
    _ job: PruneJob, _ text: String, _ display: CampaignDisplay
  ) throws -> Campaign.Surroundings {
    guard let bytes = FileManager.default.contents(atPath: job.model) else {
      throw Failure.missing("\(job.model): cannot be read: 'model' names the .onnx network to prune")
    }
    let dataset = try DatasetOption.open(job.data, split: job.split, for: .learning, quiet: common.quiet)
    var pictures = TrainingJob(
      network: try ONNXModel.load(path: job.model).graph, learning: job.limit.map(dataset.limited) ?? dataset,
      seed: UInt64(job.seed))
    if let preprocess = job.preprocess {
      pictures.network.metadata["preprocessing"] = try PreprocessOption.text(preprocess)
    }
    pictures.classOffset = job.classOffset
    pictures.augmentation = try Augmentation(text: job.augment)
    if FileManager.default.fileExists(atPath: job.validation) {
      pictures.validation = .dataset(
        try DatasetOption.open(job.validation, for: .validation, quiet: common.quiet))
    } else {
      pictures.validation = .part(try PartSize(text: job.validation))
    }
    pictures.test = try job.test.map { try DatasetOption.open($0, for: .evaluation, quiet: common.quiet) }
    let teacher = ["baseline", "none"].contains(job.teacher) ? nil : try ONNXModel.load(path: job.teacher).graph
    return Campaign.Surroundings(
      text: text, modelHash: String(bytes.withUnsafeBytes { xxh64($0) }, radix: 16), pictures: pictures,
      teacher: teacher, threads: try job.trainingThreads ?? common.threadCount(),
      program: "edge-run \(EdgeRun.configuration.version)", isStopped: { Interruption.isRequested },
      report: { display.show($0) })
  }

  private func listKeys() {
    var table = Table([("key", .left), ("default", .left), ("meaning", .left)])
    for key in JobKey.all { table.add([key.name, key.fallback, key.meaning]) }
    table.add(["bounds", "none", "the most of: \(Quantity.allCases.map(\.rawValue).joined(separator: ", "))"])
    for line in table.lines { Terminal.out(line) }
  }
}
